using System.Globalization;
using System.Net;
using LlmOps.Reviews.Api;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Reviews.Api;

/// <summary>Who may use the last of an hour's budget.</summary>
public sealed class GitHubBudgetTests : IDisposable
{
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Server server;
    private readonly RequestPace pace;
    private readonly HttpClient http;

    public GitHubBudgetTests()
    {
        server = new Server(clock);
        pace = new RequestPace(clock, new PaceLimits { Reserve = 500, Patience = TimeSpan.FromMinutes(2) });
        http = new HttpClient(new GitHubRateLimits(pace, clock) { InnerHandler = server }) { BaseAddress = new Uri("http://github.test/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose()
    {
        http.Dispose();
        pace.Dispose();
    }

    [Fact]
    public async Task The_last_of_the_budget_is_left_to_rollbacks()
    {
        server.Left = 501;
        await http.SendAsync(Get("x"));
        server.Left = 500;
        await http.SendAsync(Get("x"));

        GitHubLimitedException refused = await Assert.ThrowsAsync<GitHubLimitedException>(() => http.SendAsync(Get("x")));
        await Assert.ThrowsAsync<GitHubLimitedException>(() => http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "x")));
        await http.SendAsync(Get("x", urgent: true));

        Assert.Equal(server.Reset, refused.Until);
        Assert.Equal("GitHub's rate limit lets no such request pass before 2026-01-01 01:00:00 UTC", refused.Message);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task A_rollback_goes_until_nothing_is_left()
    {
        server.Left = 1;
        await http.SendAsync(Get("x"));
        server.Left = 0;
        await http.SendAsync(Get("x", urgent: true));
        await Assert.ThrowsAsync<GitHubLimitedException>(() => http.SendAsync(Get("x", urgent: true)));
    }

    [Fact]
    public async Task Each_api_has_a_budget_of_its_own()
    {
        server.Left = 0;
        await http.SendAsync(Get("x"));
        server.Left = 5000;
        HttpRequestMessage asApp = Get("app");
        asApp.Options.Set(GitHubRateLimits.AsApp, true);
        await http.SendAsync(asApp);
        await http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "graphql"));
        await Assert.ThrowsAsync<GitHubLimitedException>(() => http.SendAsync(Get("x")));
    }

    [Fact]
    public async Task A_budget_that_is_filled_soon_is_waited_for()
    {
        server.Reset = clock.GetUtcNow().AddSeconds(120);
        server.Left = 3;
        await http.SendAsync(Get("x"));
        server.Left = 5000;
        Task<HttpResponseMessage> waiting = http.SendAsync(Get("x"));
        await clock.AdvanceOnceAwaited(TimeSpan.FromSeconds(119));
        Assert.False(waiting.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await waiting).StatusCode);
    }

    private static HttpRequestMessage Get(string path, bool urgent = false)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Options.Set(GitHubRateLimits.Urgent, urgent);
        return request;
    }

    private sealed class Server(ManualClock clock) : HttpMessageHandler
    {
        public int Left { get; set; }

        public int Requests { get; private set; }

        public DateTimeOffset Reset { get; set; } = clock.GetUtcNow().AddHours(1);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StringContent("{}") };
            response.Headers.Add("x-ratelimit-remaining", Left.ToString(CultureInfo.InvariantCulture));
            response.Headers.Add("x-ratelimit-reset", Reset.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
            return Task.FromResult(response);
        }
    }
}
