using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using LlmOps.Reviews.Api;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Reviews.Api;

/// <summary>Against a server that answers what it is told to, on a clock that only a test moves.</summary>
public sealed class GitHubRateLimitsTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly Server server;
    private readonly RequestPace pace;
    private readonly HttpClient http;

    public GitHubRateLimitsTests()
    {
        server = new Server(clock);
        pace = new RequestPace(clock);
        http = new HttpClient(new GitHubRateLimits(pace, clock) { InnerHandler = server }) { BaseAddress = new Uri("http://github.test"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose()
    {
        http.Dispose();
        pace.Dispose();
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Waits_as_long_as_retry_after_says(HttpStatusCode status)
    {
        server.Answer(status, ("Retry-After", "90"));
        Assert.Equal(HttpStatusCode.OK, (await Through(Get())).StatusCode);
        Assert.Equal([0, 90], server.Seconds);
    }

    [Fact]
    public async Task Waits_until_the_limit_is_reset()
    {
        string reset = clock.GetUtcNow().AddSeconds(300).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        server.Answer(HttpStatusCode.Forbidden, ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset));
        Assert.Equal(HttpStatusCode.OK, (await Through(Get())).StatusCode);
        Assert.Equal([0, 300], server.Seconds);
    }

    [Fact]
    public async Task Without_a_word_waits_a_minute_and_then_twice_as_long()
    {
        for (int i = 0; i < 3; i++)
        {
            server.Answer(HttpStatusCode.TooManyRequests);
        }
        Assert.Equal(HttpStatusCode.OK, (await Through(Get())).StatusCode);
        Assert.Equal([0, 60, 180, 420], server.Seconds);
        server.Answer(HttpStatusCode.TooManyRequests);
        await Through(Get());
        Assert.Equal(60, server.Seconds[^1] - server.Seconds[^2]);
    }

    [Fact]
    public async Task A_refusal_that_tells_of_a_limit_in_words_is_one()
    {
        server.Answer(HttpStatusCode.Forbidden, body: "{\"message\":\"You have exceeded a secondary rate limit.\"}");
        Assert.Equal(HttpStatusCode.OK, (await Through(Get())).StatusCode);
        Assert.Equal([0, 60], server.Seconds);
    }

    [Fact]
    public async Task A_missing_permission_is_told_at_once()
    {
        server.Answer(HttpStatusCode.Forbidden, ("x-ratelimit-remaining", "4999"), ("x-ratelimit-reset", "1"));
        Assert.Equal(HttpStatusCode.Forbidden, (await Through(Get())).StatusCode);
        Assert.Equal([0], server.Seconds);
    }

    [Fact]
    public async Task A_limit_that_one_request_met_holds_the_others()
    {
        server.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "30"));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Through(Post())).StatusCode);
        await Through(Get());
        Assert.Equal([0, 30], server.Seconds);
    }

    [Fact]
    public async Task Only_what_may_be_done_twice_is_tried_again()
    {
        server.Answer(HttpStatusCode.BadGateway);
        Assert.Equal(HttpStatusCode.BadGateway, (await Through(Post())).StatusCode);
        server.Answer(HttpStatusCode.BadGateway);
        HttpRequestMessage marked = Post();
        marked.Options.Set(GitHubRateLimits.Idempotent, true);
        Assert.Equal(HttpStatusCode.OK, (await Through(marked)).StatusCode);
        server.Answer(HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, (await Through(new HttpRequestMessage(HttpMethod.Put, "/y") { Content = new StringContent("{}") })).StatusCode);
        Assert.Equal(["x", "x", "x", "{}", "{}"], server.Bodies);
    }

    [Fact]
    public async Task Gives_up_after_four_tries()
    {
        for (int i = 0; i < 5; i++)
        {
            server.Answer(HttpStatusCode.BadGateway);
        }
        Assert.Equal(HttpStatusCode.BadGateway, (await Through(Get())).StatusCode);
        Assert.Equal([0, 1, 3, 7], server.Seconds);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_tried_again_where_that_is_safe()
    {
        server.Break();
        Assert.Equal(HttpStatusCode.OK, (await Through(Get())).StatusCode);
        server.Break();
        await Assert.ThrowsAsync<HttpRequestException>(() => Through(Post()));
    }

    [Fact]
    public async Task Writes_go_one_at_a_time_with_a_second_between_them()
    {
        server.Takes = TimeSpan.FromSeconds(3);
        await Through([.. Enumerable.Range(0, 4).Select(_ => Post())]);
        Assert.Equal([0, 4, 8, 12], server.Seconds);
        Assert.Equal(1, server.MostAtOnce);
    }

    [Fact]
    public async Task Reads_and_urgent_writes_wait_for_no_other()
    {
        server.Takes = TimeSpan.FromSeconds(3);
        HttpRequestMessage urgent = Post();
        urgent.Options.Set(GitHubRateLimits.Urgent, true);
        await Through([Post(), Post(), urgent, Get()]);
        Assert.Equal([0, 0, 0, 4], server.Seconds);
    }

    [Fact]
    public async Task An_urgent_write_keeps_to_what_github_said_too()
    {
        server.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "30"));
        await Through(Post());
        HttpRequestMessage urgent = Post();
        urgent.Options.Set(GitHubRateLimits.Urgent, true);
        await Through(urgent);
        Assert.Equal([0, 30], server.Seconds);
    }

    [Fact]
    public async Task A_wait_ends_when_nobody_wants_the_answer_any_more()
    {
        server.Answer(HttpStatusCode.TooManyRequests, ("Retry-After", "30"));
        using CancellationTokenSource stop = new();
        Task<HttpResponseMessage> asked = http.SendAsync(Get(), stop.Token);
        await Eventually.True(() => clock.Waiting > 0);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static HttpRequestMessage Get() => new(HttpMethod.Get, "/x");

    private static HttpRequestMessage Post() => new(HttpMethod.Post, "/x") { Content = new StringContent("x") };

    private async Task<HttpResponseMessage> Through(HttpRequestMessage request) => (await Through([request]))[0];

    // Moves the clock second by second, once all that can go on without it has.
    private async Task<HttpResponseMessage[]> Through(HttpRequestMessage[] requests)
    {
        Task<HttpResponseMessage>[] all = [.. requests.Select(request => http.SendAsync(request))];
        Task<HttpResponseMessage[]> done = Task.WhenAll(all);
        while (!done.IsCompleted)
        {
            await Eventually.True(() => done.IsCompleted || clock.Waiting > 0);
            await Task.Yield();
            if (!done.IsCompleted)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
            }
        }
        return await done;
    }

    private sealed class Server(ManualClock clock) : HttpMessageHandler
    {
        private readonly DateTimeOffset start = clock.GetUtcNow();
        private readonly ConcurrentQueue<Func<HttpResponseMessage>> answers = new();
        private readonly List<(double At, string Body)> requests = [];
        private int now;

        public TimeSpan Takes { get; set; }

        public int MostAtOnce { get; private set; }

        public IReadOnlyList<double> Seconds => [.. requests.Select(request => request.At).Order()];

        public IReadOnlyList<string> Bodies => [.. requests.Select(request => request.Body)];

        public void Answer(HttpStatusCode status, params (string Name, string Value)[] headers) => Answer(status, "", headers);

        public void Answer(HttpStatusCode status, string body, params (string Name, string Value)[] headers) => answers.Enqueue(() =>
        {
            HttpResponseMessage response = new(status) { Content = new StringContent(body) };
            foreach ((string name, string value) in headers)
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }
            return response;
        });

        public void Break() => answers.Enqueue(() => throw new HttpRequestException("the connection was closed"));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            lock (requests)
            {
                requests.Add(((clock.GetUtcNow() - start).TotalSeconds, body));
                MostAtOnce = Math.Max(MostAtOnce, ++now);
            }
            if (Takes > TimeSpan.Zero)
            {
                await Task.Delay(Takes, clock, cancellationToken);
            }
            lock (requests)
            {
                now--;
            }
            return answers.TryDequeue(out Func<HttpResponseMessage>? answer) ? answer() : new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
