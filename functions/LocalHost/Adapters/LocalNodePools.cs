using System.Text.Json;
using LlmOps.LocalHost.Processes;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>What the simulated pools are: their names, a node's GPUs, the most nodes of a pool, and how long one takes to start.</summary>
internal sealed record LocalNodePoolOptions
{
    public IReadOnlyList<string> Pools { get; init; } = ["gpu"];

    public int GpusPerNode { get; init; } = 1;

    public int QuotaNodes { get; init; } = 4;

    public TimeSpan StartDelay { get; init; } = TimeSpan.FromSeconds(3);
}

/// <summary>Simulated pools of GPU nodes in a file: a node that is asked for is ready after a delay, one that is given back is gone at once.</summary>
internal sealed class LocalNodePools(string file, TimeProvider clock, LocalNodePoolOptions options) : INodePools
{
    public async Task<NodePool?> Read(string pool, CancellationToken cancellation)
    {
        if (!options.Pools.Contains(pool))
        {
            return null;
        }
        using IDisposable held = await FileLock.Acquire($"{file}.lock", cancellation);
        List<DateTimeOffset> nodes = Nodes().GetValueOrDefault(pool, []);
        return new NodePool(pool, nodes.Count, nodes.Count(readyAt => readyAt <= clock.GetUtcNow()), options.GpusPerNode);
    }

    public async Task<ScaleOutcome> Scale(string pool, int nodes, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodes);
        if (!options.Pools.Contains(pool))
        {
            return new ScaleOutcome($"there is no node pool {pool}");
        }
        if (nodes > options.QuotaNodes)
        {
            return new ScaleOutcome($"the quota is {options.QuotaNodes} nodes");
        }
        using IDisposable held = await FileLock.Acquire($"{file}.lock", cancellation);
        Dictionary<string, List<DateTimeOffset>> all = Nodes();
        // The nodes that are ready are kept, those that still start go first.
        List<DateTimeOffset> now = [.. all.GetValueOrDefault(pool, []).Order().Take(nodes)];
        now.AddRange(Enumerable.Repeat(clock.GetUtcNow() + options.StartDelay, nodes - now.Count));
        all[pool] = now;
        WholeFile.Write(file, JsonSerializer.Serialize(all, Wire.Json));
        return new ScaleOutcome(null);
    }

    // A pool's nodes by the moment from which each is ready.
    private Dictionary<string, List<DateTimeOffset>> Nodes() =>
        File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, List<DateTimeOffset>>>(File.ReadAllText(file), Wire.Json)! : [];
}
