using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using LlmOps.Flux;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.ControlPlane.Flux;

public sealed class CallReceiverTests
{
    private const string Token = "s3cr3t";

    private static readonly FluxReceiverOptions Signed = new()
    {
        Url = new Uri("https://flux.test/"), Name = "github-receiver", Token = Token, RetryDelay = TimeSpan.FromMilliseconds(1),
    };

    private readonly Lines lines = new();

    // The vector of Flux' own derivation, api/v1 GetWebhookPath(): token, name and namespace, one after the other.
    [Fact]
    public void The_path_is_the_hash_of_token_name_and_namespace() => Assert.Equal(
        "/hook/605dbd4976c3504a20afec155a68122702621389b3b29f71feb118008a1696a1", ReceiverCall.Path(Token, "github-receiver", "flux-system"));

    [Fact]
    public async Task A_signed_call_carries_the_hmac_of_its_body()
    {
        Receiver receiver = new(200);
        Assert.True(await Call(receiver, Signed));
        (HttpRequestMessage request, byte[] body) = Assert.Single(receiver.Calls);
        Assert.Equal("https://flux.test/hook/605dbd4976c3504a20afec155a68122702621389b3b29f71feb118008a1696a1", request.RequestUri!.ToString());
        Assert.Equal("sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Token), body)), request.Headers.GetValues("X-Signature").Single());
        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public async Task An_identity_is_shown_as_a_bearer_token_and_its_path_has_no_token()
    {
        Receiver receiver = new(200);
        FluxReceiverOptions oidc = Signed with { Proof = ReceiverProof.Oidc, Audience = "api://flux" };
        Assert.True(await Call(receiver, oidc, (audience, _) => Task.FromResult($"token for {audience}")));
        HttpRequestMessage request = Assert.Single(receiver.Calls).Request;
        Assert.Equal("Bearer token for api://flux", request.Headers.Authorization!.ToString());
        Assert.Equal(ReceiverCall.Path("", "github-receiver", "flux-system"), request.RequestUri!.AbsolutePath);
        Assert.False(request.Headers.Contains("X-Signature"));
    }

    [Theory]
    [InlineData(200, 1, LogLevel.Information, "heard")]
    [InlineData(400, 1, LogLevel.Error, "does not accept the proof")]
    [InlineData(404, 1, LogLevel.Error, "No Receiver at the path of flux-system/github-receiver")]
    [InlineData(413, 1, LogLevel.Error, "too large")]
    [InlineData(500, 3, LogLevel.Warning, "some of its resources")]
    [InlineData(503, 3, LogLevel.Warning, "suspended or not ready")]
    [InlineData(502, 3, LogLevel.Warning, "something else stands there")]
    [InlineData(302, 1, LogLevel.Warning, "something else stands there")]
    public async Task Each_answer_is_a_clear_line_and_only_what_may_pass_is_tried_again(int status, int calls, LogLevel level, string words)
    {
        Receiver receiver = new(status);
        Assert.Equal(status == 200, await Call(receiver, Signed));
        Assert.Equal(calls, receiver.Calls.Count);
        Assert.All(lines.Written, line => Assert.Equal(level, line.Level));
        Assert.Contains(words, lines.Written[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_recovers_is_heard()
    {
        Receiver receiver = new(503, 0, 200);
        Assert.True(await Call(receiver, Signed));
        Assert.Equal(3, receiver.Calls.Count);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_costs_no_more_than_the_patience()
    {
        ManualClock clock = new();
        Task<bool> call = Call(new Receiver(-1), Signed, clock: clock);
        Assert.False(call.IsCompleted);
        clock.Advance(Signed.Patience);
        Assert.False(await call);
        Assert.Contains("did not answer within", lines.Written[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_in_no_line()
    {
        await Call(new Receiver(400), Signed);
        await Call(new Receiver(0), Signed);
        await Call(new Receiver(200), Signed with { Proof = ReceiverProof.Oidc }, (_, _) => throw new InvalidOperationException("could not use hunter2"));
        Assert.All(lines.Written, line => Assert.DoesNotMatch($"{Token}|hunter2|605dbd", line.Text));
        Assert.DoesNotContain(Token, Signed.ToString(), StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException", lines.Written[^1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://flux.test", ReceiverProof.Hmac, "", "Token")]
    [InlineData("http://flux.test", ReceiverProof.Oidc, "", "https")]
    [InlineData("ftp://flux.test", ReceiverProof.Hmac, "t", "Url")]
    public void What_could_not_be_called_safely_is_refused_at_start(string url, ReceiverProof proof, string token, string named) =>
        Assert.Contains(named, Assert.Throws<ValidationException>(() => (Signed with { Url = new Uri(url), Proof = proof, Token = token }).Validate()).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_hint_goes_both_ways_and_one_of_them_is_enough()
    {
        ScriptedCluster cluster = new(new MemoryGit(new ManualClock(), new Effects()));
        Receiver receiver = new(200, 200, 404);
        ICluster hinted = new HintedCluster(cluster, Of(receiver, Signed));
        await hinted.RequestReconcile(default);
        Assert.Equal((1, 1), (cluster.Hints, receiver.Calls.Count));
        cluster.Fails = new HttpRequestException("no API");
        await hinted.RequestReconcile(default);
        await Assert.ThrowsAsync<HttpRequestException>(() => hinted.RequestReconcile(default));
        Assert.Equal((3, 3), (cluster.Hints, receiver.Calls.Count));
    }

    [Fact]
    public void It_is_wired_around_the_hosts_own_cluster()
    {
        ScriptedCluster cluster = new(new MemoryGit(new ManualClock(), new Effects()));
        using ServiceProvider services = new ServiceCollection().AddSingleton<ICluster>(cluster).AddFluxReceiver(Signed).BuildServiceProvider();
        Assert.IsType<HintedCluster>(services.GetRequiredService<ICluster>());
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddFluxReceiver(Signed));
    }

    private Task<bool> Call(Receiver receiver, FluxReceiverOptions options, BearerSource? bearer = null, TimeProvider? clock = null) =>
        Of(receiver, options, bearer, clock).Handle(default);

    private CallReceiver Of(Receiver receiver, FluxReceiverOptions options, BearerSource? bearer = null, TimeProvider? clock = null) =>
        new(new HttpClient(receiver), options, lines, clock ?? TimeProvider.System, bearer);

    /// <summary>Answers with these codes, the last again and again; 0 is a broken connection, −1 no answer at all.</summary>
    private sealed class Receiver(params int[] answers) : HttpMessageHandler
    {
        public List<(HttpRequestMessage Request, byte[] Body)> Calls { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls.Add((request, await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
            switch (answers[Math.Min(Calls.Count, answers.Length) - 1])
            {
                case 0:
                    throw new HttpRequestException(HttpRequestError.ConnectionError, $"no way to {request.RequestUri}");
                case -1:
                    await Task.Delay(Timeout.Infinite, cancellationToken);
                    break;
            }
            return new HttpResponseMessage((HttpStatusCode)answers[Math.Min(Calls.Count, answers.Length) - 1]);
        }
    }

    private sealed class Lines : ILogger<CallReceiver>
    {
        public List<(LogLevel Level, string Text)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add((logLevel, formatter(state, exception) + exception));
    }
}
