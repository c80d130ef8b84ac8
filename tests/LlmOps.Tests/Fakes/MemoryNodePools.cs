using System.Collections.Concurrent;
using LlmOps.Ports;

namespace LlmOps.Tests.Fakes;

/// <summary>Pools in memory: nodes get ready a time after they were asked for.</summary>
internal sealed class MemoryNodePools(TimeProvider clock, Effects? effects = null) : INodePools
{
    private readonly ConcurrentDictionary<string, List<DateTimeOffset>> nodes = new([new("gpu", [])]);

    public TimeSpan StartDelay { get; set; } = TimeSpan.FromMinutes(2);

    public int GpusPerNode { get; set; } = 1;

    public int Quota { get; set; } = 8;

    /// <summary>Every change of a pool's size, as `pool:nodes`.</summary>
    public List<string> Changes { get; } = [];

    public int Wanted(string pool = "gpu") => nodes[pool].Count;

    public Task<NodePool?> Read(string pool, CancellationToken cancellation) => Task.FromResult(
        nodes.TryGetValue(pool, out List<DateTimeOffset>? known)
            ? new NodePool(pool, known.Count, known.Count(readyAt => readyAt <= clock.GetUtcNow()), GpusPerNode)
            : null);

    public Task<ScaleOutcome> Scale(string pool, int nodes, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodes);
        if (!this.nodes.TryGetValue(pool, out List<DateTimeOffset>? known) || nodes > Quota)
        {
            return Task.FromResult(new ScaleOutcome(known is null ? $"there is no node pool {pool}" : $"the quota is {Quota} nodes"));
        }
        if (nodes != known.Count)
        {
            Changes.Add($"{pool}:{nodes}");
            List<DateTimeOffset> kept = [.. known.Order().Take(nodes)];
            kept.AddRange(Enumerable.Repeat(clock.GetUtcNow() + StartDelay, nodes - kept.Count));
            this.nodes[pool] = kept;
            effects?.Note($"scale {pool} to {nodes}");
        }
        return Task.FromResult(new ScaleOutcome(null));
    }
}
