using System.Text.Json;
using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Monitoring;
using LlmOps.LocalHost.Processes;
using LlmOps.Ports;
using LlmOps.Rollouts;
using LlmOps.Tests.LocalHost.Cluster;
using LlmOps.Tests.Requirements;
using Xunit.Abstractions;

namespace LlmOps.Tests.LocalHost.Monitoring;

/// <summary>The real Prometheus and Alertmanager, from a fault in a server to the post at the hook.</summary>
public sealed class AlertTests(ITestOutputHelper output)
{
    private const string Token = "a-token-for-this-test-only";

    [RequiresFact(Tool.Prometheus, Tool.Promtool)]
    public async Task A_fault_reaches_the_hook_within_seconds()
    {
        await using AlertHook hook = await AlertHook.Start();
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await using PrometheusStack stack = await PrometheusStack.Start(new(test.Home, test.Api.BaseAddress!, hook.Url, Token), default);
        await test.Stage("blue", "1.1.0");
        await test.Stage("green", "1.3.0");
        await test.Weigh(0, 100);
        await using Load load = new(test, count: 2);
        await Task.Delay(6000);

        // What was staged, weighed and scraped so far alarmed nobody.
        Assert.Empty(hook.Rest());
        await PrometheusSeesWhatTheGatewayCounts(stack, test);

        Running green = (await test.Processes()).Single(process => process.Slot == "green");
        using HttpClient server = new() { BaseAddress = new Uri($"http://127.0.0.1:{green.Port}") };
        await server.PostAsync("dev/fault?mode=error", null);
        await Fires(hook, "LlmErrorRateHigh", "green", "1.3.0", DateTimeOffset.UtcNow);

        await test.Weigh(100, 0);
        await server.PostAsync("dev/fault?mode=none", null);
        (_, JsonElement resolved) = await hook.Next("LlmErrorRateHigh", "resolved", Eventually.Patience);
        Assert.Equal("green", AlertHook.Label(resolved, "slot"));

        Running blue = (await test.Processes()).Single(process => process.Slot == "blue");
        Posix.Signal(blue.Pid, Posix.Kill);
        await Fires(hook, "LlmServerDown", "blue", "1.1.0", DateTimeOffset.UtcNow);

        // A version that is taken away on purpose is not down.
        hook.Rest();
        test.Git.Slot("green", "1.3.0", replicas: 0);
        await test.Reconcile();
        await Task.Delay(7000);
        Assert.DoesNotContain(hook.Rest(), post => post.Contains("LlmServerDown") && post.Contains("green"));
        IEnumerable<string> logs = Directory.EnumerateFiles(Path.Combine(test.Home, "monitoring"), "*.log");
        Assert.All(logs, log => Assert.DoesNotContain(Token, File.ReadAllText(log)));
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task A_frozen_server_reaches_the_hook_too()
    {
        await using AlertHook hook = await AlertHook.Start();
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await using PrometheusStack stack = await PrometheusStack.Start(new(test.Home, test.Api.BaseAddress!, hook.Url, Token), default);
        await test.Stage("blue", "1.1.0");
        await test.Weigh(100, 0);
        await using Load load = new(test, count: 2);
        await Task.Delay(6000);

        Running blue = (await test.Processes()).Single();
        Posix.Signal(blue.Pid, Posix.Stop);
        await Fires(hook, "LlmServerDown", "blue", "1.1.0", DateTimeOffset.UtcNow);
        Posix.Signal(blue.Pid, Posix.Continue);
    }

    private async Task Fires(AlertHook hook, string alertname, string slot, string version, DateTimeOffset faultAt)
    {
        (AlertPost post, JsonElement alert) = await hook.Next(alertname, "firing", Eventually.Patience);
        double seconds = (post.At - faultAt).TotalSeconds;
        output.WriteLine($"{alertname}: posted {seconds:0.0} s after the fault, starts at {alert.GetProperty("startsAt")}");
        Assert.Equal($"Bearer {Token}", post.Authorization);
        Assert.Equal(["tiny-ops", slot, version], new[] { "model", "slot", "version" }.Select(label => AlertHook.Label(alert, label)));
        Assert.True(seconds < 20, $"the alert took {seconds:0.0} s");
    }

    // Both slots' servers, told apart by the slot and version that the cluster gives them.
    private static async Task<IEnumerable<ServerCounter>> Finished(ILiveTraffic traffic)
    {
        IReadOnlyList<ServerCounter> counters = await traffic.ReadServers("tiny-ops", "vllm:request_success_total", "finished_reason", default);
        Assert.Equal(4, counters.Count);
        Assert.Contains(new ServerCounter("green", "1.3.0", "length", 2), counters);
        return counters.OrderBy(counter => counter.ToString(), StringComparer.Ordinal);
    }

    private static async Task<bool> Scraped(HttpClient http)
    {
        PrometheusTraffic prometheus = new(http);
        return (await prometheus.Read("tiny-ops", default)).GetValueOrDefault("green").Requests > 0
            && (await prometheus.ReadServers("tiny-ops", "vllm:request_success_total", "finished_reason", default)).Count == 4;
    }

    private static async Task PrometheusSeesWhatTheGatewayCounts(PrometheusStack stack, ClusterUnderTest test)
    {
        await Promtool.Check(await test.Api.GetStringAsync("metrics"), "check", "metrics");
        using HttpClient http = new() { BaseAddress = stack.PrometheusUrl };
        await ClusterUnderTest.Until(async () => await Scraped(http), "Prometheus has scraped the gateway and both servers");
        IReadOnlyDictionary<string, TrafficCount> seen = await new PrometheusTraffic(http).Read("tiny-ops", default);
        IReadOnlyDictionary<string, TrafficCount> counted = await new GatewayTraffic(test.Api).Read("tiny-ops", default);
        Assert.Equal(counted.Keys.Order(), seen.Keys.Order());
        Assert.InRange(seen["green"].Requests, 1, counted["green"].Requests);
        Assert.Equal(0, seen["green"].Failed);
        Assert.Empty(await new PrometheusTraffic(http).Read("unknown", default));
        Assert.Equal(await Finished(new GatewayTraffic(test.Api)), await Finished(new PrometheusTraffic(http)));
    }
}
