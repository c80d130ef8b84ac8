using LlmOps.LocalHost.Adapters;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.FunctionApp.Kubernetes;
using LlmOps.Tests.LocalHost.Cluster;

namespace LlmOps.Tests.Contracts;

/// <summary>The Kubernetes adapter before a fake API server with a fake Flux: its requests are real, what answers them is not.</summary>
public sealed class KubernetesClusterContract : ClusterContract, IAsyncLifetime
{
    private KubernetesUnderTest? test;

    protected override ICluster Cluster => test!.Cluster;

    protected override IClusterRoute Route => test!.Route;

    public async Task InitializeAsync() => test = await KubernetesUnderTest.Start();

    public async Task DisposeAsync() => await test!.DisposeAsync();

    protected override string Stage(string slot, string version, int replicas) => test!.Stage(slot, version, replicas);

    protected override string Weigh(int blue, int green) => test!.Weigh(blue, green);

    protected override async Task Until(Func<Task<bool>> condition)
    {
        test!.Deployments.Run();
        Assert.True(await condition());
    }

    protected override Task<string[]> Serving() => Task.FromResult(ClusterContracts.Named(test!.Weights()));
}

/// <summary>The process cluster, with real processes.</summary>
public sealed class ProcessClusterContract : ClusterContract, IAsyncLifetime
{
    private ClusterUnderTest? test;

    protected override ICluster Cluster => test!.Cluster;

    protected override IClusterRoute Route => new ProcessClusterRoute(test!.Api);

    public async Task InitializeAsync() => test = await ClusterUnderTest.Start();

    public async Task DisposeAsync() => await test!.DisposeAsync();

    protected override string Stage(string slot, string version, int replicas) => test!.Git.Slot(slot, version, replicas).Commit();

    protected override string Weigh(int blue, int green) => test!.Git.Weights(blue, green).Commit();

    protected override Task Until(Func<Task<bool>> condition) => ClusterUnderTest.Until(condition, "the cluster works");

    protected override async Task<string[]> Serving()
    {
        SortedSet<string> slots = [];
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage response = await test!.Ask();
            slots.Add(response.Headers.GetValues("x-llmops-slot").Single());
        }
        return [.. slots];
    }
}

/// <summary>The scripted cluster of the other tests, so that what they prove holds for the real ones.</summary>
public sealed class ScriptedClusterContract : ClusterContract
{
    private readonly MemoryGit git = new(new ManualClock());
    private readonly ScriptedCluster cluster;

    public ScriptedClusterContract()
    {
        cluster = new ScriptedCluster(git);
        foreach (string path in new[] { Slots.SlotPath("tiny-ops", "blue"), Slots.SlotPath("tiny-ops", "green"), Slots.RoutePath("tiny-ops") })
        {
            git.Person(path, Repository.Text($"inference/deploy/{path}"));
        }
    }

    protected override ICluster Cluster => cluster;

    protected override IClusterRoute Route => cluster;

    protected override string Stage(string slot, string version, int replicas)
    {
        string path = Slots.SlotPath("tiny-ops", slot);
        git.Person(path, text => new SlotManifest(version, $"sha256:{version}", replicas).WriteTo(path, text));
        return git.HeadSha;
    }

    protected override string Weigh(int blue, int green)
    {
        string path = Slots.RoutePath("tiny-ops");
        git.Person(path, text => new RouteManifest(blue, green).WriteTo("tiny-ops", path, text));
        return git.HeadSha;
    }

    protected override async Task Until(Func<Task<bool>> condition)
    {
        cluster.Reconcile();
        Assert.True(await condition());
    }

    protected override Task<string[]> Serving()
    {
        if (cluster.PastGit.TryGetValue("tiny-ops", out string? all))
        {
            return Task.FromResult(new[] { all });
        }
        string path = Slots.RoutePath("tiny-ops");
        RouteManifest route = RouteManifest.Read("tiny-ops", path, git.Cloned(path, cluster.Revision!)!);
        return Task.FromResult(ClusterContracts.Named((route.Blue, route.Green)));
    }
}

internal static class ClusterContracts
{
    /// <summary>The slots with weight.</summary>
    public static string[] Named((int Blue, int Green) weights) =>
        [.. new[] { ("blue", weights.Blue), ("green", weights.Green) }.Where(one => one.Item2 > 0).Select(one => one.Item1)];
}
