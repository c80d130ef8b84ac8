using System.Net;
using LlmOps.Inference;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Builder;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class FaultTests : IAsyncLifetime
{
    private const string Request = """{"model":"tiny-ops","prompt":"Hi","max_tokens":1}""";
    private readonly TinyOpsServer _server = new();

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Error_fails_its_share_of_requests_while_health_stays_good()
    {
        await _server.Post("/dev/fault", """{"mode":"error","rate":0.5}""");
        List<HttpStatusCode> codes = [];
        for (int i = 0; i < 4; i++) codes.Add((await _server.Post("/v1/completions", Request)).Status);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.InternalServerError, HttpStatusCode.OK, HttpStatusCode.InternalServerError], codes);
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.GetAsync("/health/ready")).StatusCode);
        // An answer is read before it is counted.
        await Eventually.True(() => Counts("code=\"500\",endpoint=\"completions\"} 2"), "two errors are counted");

        await _server.Post("/dev/fault", """{"mode":"none"}""");
        Assert.Equal(HttpStatusCode.OK, (await _server.Post("/v1/completions", Request)).Status);
    }

    [Fact]
    public async Task Hang_answers_nothing_until_the_client_leaves()
    {
        await _server.Post("/dev/fault", """{"mode":"hang"}""");
        await Eventually.True(LeftUnanswered, "a client that left is counted");
    }

    // A client that leaves too early may not have been heard of at all.
    private async Task<bool> LeftUnanswered()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMilliseconds(200));
        using StringContent content = new(Request);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _server.Client.PostAsync("/v1/completions", content, patience.Token));
        return await Counts("code=\"499\",endpoint=\"completions\"}");
    }

    private async Task<bool> Counts(string series) => (await _server.Client.GetStringAsync("/metrics")).Contains(series, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"mode":"explode"}""")]
    [InlineData("""{"mode":"error","rate":2}""")]
    [InlineData("{")]
    public async Task Unknown_fault_is_refused(string json)
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.Post("/dev/fault", json)).Status);
    }

    [Fact]
    public async Task Production_has_no_fault_switch_and_without_a_root_no_repository()
    {
        await using WebApplication app = InferenceHost.Build(new ServerOptions { ModelDir = Samples.Folder("1.1.0"), Slot = "green" });
        IEnumerable<string?> routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).Select(e => e.DisplayName);
        Assert.DoesNotContain(routes, route => route!.Contains("fault", StringComparison.Ordinal) || route.Contains("repository", StringComparison.Ordinal));
    }
}
