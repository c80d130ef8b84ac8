using LlmOps.LocalHost.Adapters;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollouts;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>What the control plane commits for a shadow, in the process cluster: who is asked, who is answered, and who counts it.</summary>
public sealed class ShadowInClusterTests
{
    private static readonly Release Candidate = new()
    {
        Model = "tiny-ops", Version = "1.1.0", Digest = "d", Phase = Phase.Progressing, UploadedAt = default, PhaseSince = default, Slot = "green",
    };

    [Fact]
    public async Task A_failing_candidate_is_counted_by_its_servers_and_no_user_meets_it()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await test.Stage("blue", "1.0.0");
        await test.Stage("green", "1.1.0");
        await test.Weigh(100, 0);
        Running green = (await test.Processes()).Single(process => process.Slot == "green");
        using HttpClient server = new();
        await server.PostAsync(new Uri($"http://127.0.0.1:{green.Port}/dev/fault?mode=error"), null);
        await Copy(test, new RouteMirror("green", 100));

        GatewayTraffic traffic = new(test.Api);
        CountCopies copies = new(traffic);
        await using Load load = new(test, count: 2);
        await ClusterUnderTest.Until(async () => await copies.Of(Candidate, default) is { Failed: >= 20 }, "twenty copies failed");
        await Copy(test, null);
        await ClusterUnderTest.Until(async () => await copies.Of(Candidate, default) is var before && await Later() && await copies.Of(Candidate, default) == before, "nothing is copied any more");

        Assert.Equal(0, load.Failed);
        Assert.All(load.Answers, answer => Assert.Equal("blue", answer.Slot));
        Assert.Equal(0, (await traffic.Read("tiny-ops", default)).GetValueOrDefault("green").Requests);
        Assert.Equal(0, (await traffic.Read("tiny-ops", default))["blue"].Failed);
        Assert.Matches("llmops_gateway_mirrored_requests_total{model=\"tiny-ops\",slot=\"green\",version=\"1.1.0\",code=\"500\"} [1-9]", await test.Api.GetStringAsync("metrics"));
    }

    private static async Task<bool> Later()
    {
        await Task.Delay(200);
        return true;
    }

    private static async Task Copy(ClusterUnderTest test, RouteMirror? mirror)
    {
        IMirroringDialect dialect = (IMirroringDialect)ManifestDialects.All[0];
        test.Git.Edit("route.yaml", text => dialect.WriteMirror(new RouteFile("tiny-ops", "route.yaml", text), mirror));
        await test.Reconcile();
    }
}
