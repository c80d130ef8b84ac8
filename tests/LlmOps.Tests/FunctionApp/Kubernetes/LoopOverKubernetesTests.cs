using LlmOps.Kubernetes;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.ControlPlane;
using LlmOps.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>
/// The whole loop over the adapter: releases are staged, stepped and rolled back in a cluster that only the API server's
/// answers show. Flux fetches only when it is asked to, so a hint that is missing would stop the release.
/// </summary>
public sealed class LoopOverKubernetesTests
{
    [Fact]
    public async Task Releases_go_through_the_cluster_to_the_end_and_one_is_rolled_back_past_Git_and_paid_for()
    {
        using LoopFixture loop = new();
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start(options => options with { SlotAddress = "http://{slot}.{model}.test" }, loop.Git);
        test.Flux.Run(interval: true);
        loop.Adapters = services => services.AddSingleton(test.Cluster).AddSingleton<IClusterRoute>(new Both(test.Route, loop.Cluster));
        loop.Restart();

        await loop.SecondGuardedWithGlass();
        Assert.Equal((0, 100), test.Weights());
        Assert.Equal("1.1.0", (await test.Cluster.Slot("tiny-ops", "green", default))!.Version);

        await loop.For(TimeSpan.FromSeconds(2));
        loop.Git.Away = true;
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
        Assert.Equal((100, 0), test.Weights());
        Assert.True((bool)test.Flux.Kustomization["spec"]!["suspend"]!);

        loop.Git.Away = false;
        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");
        Assert.False((bool)test.Flux.Kustomization["spec"]!["suspend"]!);
        Assert.Equal((100, 0), test.Weights());
        Assert.Equal(loop.Git.HeadSha, await test.Cluster.ReconciledRevision(default));
        Assert.Empty(loop.Failures);
        Assert.Contains(test.Api.Calls, call => call is { Verb: "patch", Resource.Plural: "kustomizations" });
    }

    [Fact]
    public async Task A_version_that_does_not_get_ready_stalls_with_the_clusters_reason()
    {
        using LoopFixture loop = new();
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start(options => options with { SlotAddress = "http://{slot}.{model}.test" }, loop.Git);
        test.Flux.Run(interval: true);
        loop.Adapters = services => services.AddSingleton(test.Cluster);
        loop.Restart();
        test.Deployments.Stuck.Add("tiny-ops-blue");
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.Until("1.0.0", Phase.Stalled);
        Assert.Contains("OOMKilled", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
    }

    /// <summary>The route in the cluster, and the scripted traffic that follows it.</summary>
    private sealed class Both(IClusterRoute route, ScriptedCluster traffic) : IClusterRoute
    {
        public async Task SendAllTo(string model, string slot, CancellationToken cancellation)
        {
            await route.SendAllTo(model, slot, cancellation);
            await traffic.SendAllTo(model, slot, cancellation);
        }

        public async Task Resume(string model, CancellationToken cancellation)
        {
            await route.Resume(model, cancellation);
            await traffic.Resume(model, cancellation);
        }
    }
}
