using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollouts;

/// <summary>Who counts the traffic is down, slow or talks nonsense.</summary>
public sealed class UnreadTrafficTests
{
    private const string Watched = "rollout:\n  metrics:\n    - { metric: latency_p95, max_relative_increase: 0.5 }";

    public static TheoryData<Exception> Failures =>
    [
        new HttpRequestException("Connection refused (127.0.0.1:9090)"),
        new HttpRequestException("Prometheus answered 503: timeout: query timed out"),
        new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout of 5 seconds elapsing."),
        new IOException("the connection was closed\nwithin the answer"),
        new JsonException("'<' is an invalid start of a value"),
    ];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Traffic_that_cannot_be_read_is_waited_for_with_its_reason_and_then_the_rollout_goes_on(Exception error)
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Cluster.TrafficFails = error;
        await loop.For(TimeSpan.FromMinutes(5));
        Release waiting = await loop.Release("1.1.0");
        Assert.Equal((Phase.Progressing, 25), (waiting.Phase, waiting.Rollout!.Percent));
        Assert.StartsWith($"25 %: live traffic cannot be read: {PlainText.OneLine(error.Message)}", waiting.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', waiting.Reason!);
        Assert.Empty(loop.Failures);
        Assert.Empty(loop.Bus.Dead);

        loop.Cluster.TrafficFails = null;
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal([5, 25, 50, 100], (await loop.Release("1.1.0")).Rollout!.Done.Select(step => step.Percent));
    }

    [Fact]
    public async Task Unread_traffic_does_not_stop_the_deadline_of_the_step()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        DateTimeOffset since = loop.Clock.Now;
        loop.Cluster.TrafficFails = new HttpRequestException("Connection refused");
        await loop.Until("1.1.0", Phase.Stalled);
        Assert.InRange(loop.Clock.Now - since, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(11));
        Assert.Equal("live traffic cannot be read: Connection refused, after 00:10:00", (await loop.Release("1.1.0")).Reason);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task A_rollout_that_begins_unseen_waits_until_its_deadline_too()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Cluster.TrafficFails = new TimeoutException("no answer within 5 s");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Stalled);
        Release release = await loop.Release("1.1.0");
        Assert.Equal(("live traffic cannot be read: no answer within 5 s", 5), (release.Reason, release.Rollout!.Percent));
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task Errors_that_are_counted_roll_back_while_the_servers_counters_cannot_be_read()
    {
        using LoopFixture loop = new();
        loop.Git.Person("apps/tiny-ops/gates.yaml", LoopFixture.Policy.Replace("rollout:", Watched, StringComparison.Ordinal));
        await loop.SecondAtQuarter();
        loop.Cluster.ServerCountersFail = new HttpRequestException("Prometheus answered 500: internal: no");
        await loop.For(TimeSpan.FromMinutes(1));
        Assert.Equal("25 %: live traffic cannot be read: Prometheus answered 500: internal: no", (await loop.Release("1.1.0")).Reason);
        loop.Cluster.ErrorRate["1.1.0"] = 0.5;
        await loop.Until("1.1.0", Phase.RolledBack);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task Who_had_the_waits_skipped_does_not_wait_for_counters_either()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Cluster.TrafficFails = new HttpRequestException("Connection refused");
        await loop.Order("promote", "1.1.0");
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Empty(loop.Failures);
    }
}
