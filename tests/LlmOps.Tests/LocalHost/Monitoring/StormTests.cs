using LlmOps.FunctionApp.Triggers;
using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollbacks;
using LlmOps.Tests.ControlPlane;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.LocalHost.Functions;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.LocalHost.Monitoring;

/// <summary>A thousand alerts through a real Alertmanager to the real hook, over a control plane on fakes.</summary>
public sealed class StormTests
{
    private const int Storm = 1000;

    [RequiresFact(Tool.Prometheus)]
    public Task A_storm_in_one_group_makes_one_rollback() => Make(
        (number, labels) => labels["instance"] = $"pod-{number}", mostPosts: 50);

    [RequiresFact(Tool.Prometheus)]
    public Task A_storm_in_a_thousand_groups_makes_one_rollback() => Make(
        (number, labels) => labels["alertname"] = $"Storm{number}", mostPosts: 10 * Storm);

    private static async Task Make(Action<int, Dictionary<string, string>> vary, int mostPosts)
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await using FunctionHost host = await FunctionHost.Start(FunctionHost.Options(typeof(HttpAlertmanager)), parts: loop.Get<ReceiveAlerts>());
        await using AlertmanagerAlone alertmanager = await AlertmanagerAlone.Start(new Uri(host.Http.BaseAddress!, "hooks/alertmanager"), LoopFixture.Token);

        await alertmanager.Fire(Enumerable.Range(0, Storm).Select(number =>
        {
            Dictionary<string, string> labels = new() { ["alertname"] = "LlmErrorRateHigh", ["model"] = "tiny-ops", ["slot"] = "green", ["version"] = "1.1.0" };
            vary(number, labels);
            return new { labels, annotations = new { summary = "too many errors" }, startsAt = loop.Clock.Now };
        }));
        await AllArrived(loop);

        Assert.Equal(0, await alertmanager.Counted("alertmanager_notification_requests_failed_total"));
        Assert.InRange(await alertmanager.Counted("alertmanager_notification_requests_total"), 1, mostPosts);
        await loop.Drain();
        Assert.Single(loop.Git.Commits, c => c.Commit.Trailers.ContainsKey("Rolls-Back"));
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
        Assert.Empty(loop.Git.Issues);
        Assert.Empty(loop.Failures);
        Assert.Equal(Storm, (await loop.Log()).Count(entry => entry.Kind == "AlertReceived"));
    }

    private static async Task AllArrived(LoopFixture loop)
    {
        using CancellationTokenSource impatient = new(Eventually.Patience);
        while (Arrived(loop) < Storm)
        {
            await Task.Delay(200, impatient.Token);
        }
    }

    private static int Arrived(LoopFixture loop) => loop.Blobs.Names(Containers.State, "inbox/alerts/")
        .SelectMany(name => AlertmanagerMessage.Parse(loop.Blobs.Bytes(Containers.State, name)).Alerts)
        .Select(alert => alert.Fingerprint).Distinct().Count();
}
