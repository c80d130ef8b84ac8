namespace LlmOps.Ports;

/// <summary>The pools of GPU nodes that slots run on.</summary>
public interface INodePools
{
    /// <summary>The state of a pool now, or null when there is none of that name.</summary>
    Task<NodePool?> Read(string pool, CancellationToken cancellation);

    /// <summary>
    /// Asks for a pool of so many nodes, more or fewer. An absolute number, so that asking twice is asking once. Returns
    /// when the wish is stored, not when the nodes are ready.
    /// </summary>
    Task<ScaleOutcome> Scale(string pool, int nodes, CancellationToken cancellation);
}

/// <summary>A pool: the nodes that were asked for, those that are ready, and the GPUs of each.</summary>
public sealed record NodePool(string Name, int WantedNodes, int ReadyNodes, int GpusPerNode);

/// <summary>What became of a wish: null, or why it was refused, as by a quota; the pool is then as it was.</summary>
public sealed record ScaleOutcome(string? Refusal);
