using LlmOps.LocalHost.Adapters;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Contracts;

/// <summary>What every adapter of node pools must do. A pool `gpu` is there and empty; its quota is 4 nodes.</summary>
public abstract class NodePoolsContract
{
    protected abstract INodePools Pools { get; }

    /// <summary>Lets the time pass that a node takes to start.</summary>
    protected abstract Task Start();

    [ContractFact]
    public async Task An_unknown_pool_is_null_and_does_not_grow()
    {
        Assert.Null(await Pools.Read("none", default));
        Assert.NotNull((await Pools.Scale("none", 1, default)).Refusal);
        Assert.Null(await Pools.Read("none", default));
    }

    [ContractFact]
    public async Task Nodes_are_wanted_at_once_and_ready_later()
    {
        Assert.Equal((0, 0), await State());
        Assert.Null((await Pools.Scale("gpu", 2, default)).Refusal);
        Assert.Equal((2, 0), await State());
        await Start();
        Assert.Equal((2, 2), await State());
        Assert.True((await Pools.Read("gpu", default))!.GpusPerNode > 0);
    }

    [ContractFact]
    public async Task Asking_twice_is_asking_once()
    {
        await Pools.Scale("gpu", 1, default);
        await Start();
        await Pools.Scale("gpu", 1, default);
        Assert.Equal((1, 1), await State());
    }

    [ContractFact]
    public async Task Nodes_are_given_back_and_those_that_are_ready_stay()
    {
        await Pools.Scale("gpu", 2, default);
        await Start();
        await Pools.Scale("gpu", 3, default);
        await Pools.Scale("gpu", 1, default);
        Assert.Equal((1, 1), await State());
        await Pools.Scale("gpu", 0, default);
        Assert.Equal((0, 0), await State());
    }

    [ContractFact]
    public async Task Beyond_the_quota_nothing_changes_and_it_says_why()
    {
        await Pools.Scale("gpu", 1, default);
        Assert.Contains("quota", (await Pools.Scale("gpu", 5, default)).Refusal, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, (await State()).Wanted);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Pools.Scale("gpu", -1, default));
    }

    private async Task<(int Wanted, int Ready)> State()
    {
        NodePool pool = (await Pools.Read("gpu", default))!;
        return (pool.WantedNodes, pool.ReadyNodes);
    }
}

public sealed class MemoryNodePoolsContract : NodePoolsContract
{
    private readonly ManualClock clock = new();
    private readonly MemoryNodePools pools;

    public MemoryNodePoolsContract() => pools = new MemoryNodePools(clock) { Quota = 4 };

    protected override INodePools Pools => pools;

    protected override Task Start()
    {
        clock.Advance(pools.StartDelay);
        return Task.CompletedTask;
    }
}

/// <summary>Each call opens the file anew, as after a restart.</summary>
public sealed class LocalNodePoolsContract : NodePoolsContract, IDisposable
{
    private readonly ManualClock clock = new();
    private readonly string folder = Directory.CreateTempSubdirectory("pools-").FullName;

    protected override INodePools Pools => new LocalNodePools(Path.Combine(folder, "pools.json"), clock, new LocalNodePoolOptions());

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override Task Start()
    {
        clock.Advance(new LocalNodePoolOptions().StartDelay);
        return Task.CompletedTask;
    }
}
