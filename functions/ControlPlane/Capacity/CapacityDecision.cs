using LlmOps.Ports;

namespace LlmOps.Capacity;

/// <summary>What a pool must hold: the GPUs of each replica, and the bounds of its policies in nodes.</summary>
public sealed record PoolNeed(string Pool, IReadOnlyList<int> Gpus, int MinNodes, int MaxNodes);

/// <summary>What is done about a pool.</summary>
public abstract record CapacityDecision(string Reason)
{
    /// <summary>The nodes are there.</summary>
    public sealed record Enough(string Reason) : CapacityDecision(Reason);

    /// <summary>The pool is asked for this many nodes.</summary>
    public sealed record Scale(int Nodes, string Reason) : CapacityDecision(Reason);

    /// <summary>The nodes were asked for and are not ready.</summary>
    public sealed record Wait(string Reason) : CapacityDecision(Reason);

    /// <summary>It cannot be given as things stand: a person or the end of another release changes that.</summary>
    public sealed record Refuse(string Reason) : CapacityDecision(Reason);

    /// <summary>Compares a pool with what it must hold. Nodes are taken away only where <paramref name="mayShrink"/> says so.</summary>
    public static CapacityDecision Decide(NodePool? pool, PoolNeed need, bool mayShrink = false)
    {
        if (pool is null)
        {
            return new Refuse($"there is no node pool {need.Pool}");
        }
        if (PackNodes.Count(need.Gpus, pool.GpusPerNode) is not { } nodes)
        {
            return new Refuse($"a replica needs {need.Gpus.Max()} GPUs; a node of pool {pool.Name} has {pool.GpusPerNode}");
        }
        if (nodes > need.MaxNodes)
        {
            return new Refuse($"{nodes} GPU nodes are needed in pool {pool.Name}; max_nodes is {need.MaxNodes}");
        }
        int target = Math.Max(nodes, Math.Min(need.MinNodes, need.MaxNodes));
        int missing = target - pool.ReadyNodes;
        string waits = $"waits for {missing} GPU node{(missing == 1 ? "" : "s")} in pool {pool.Name}";
        if (pool.WantedNodes < target)
        {
            return new Scale(target, waits);
        }
        if (mayShrink && pool.WantedNodes > target)
        {
            return new Scale(target, $"{nodes} GPU nodes of {pool.WantedNodes} are needed in pool {pool.Name}");
        }
        return pool.ReadyNodes >= nodes
            ? new Enough($"pool {pool.Name} has {pool.ReadyNodes} GPU nodes ready, of which {nodes} are needed")
            : new Wait(waits);
    }
}
