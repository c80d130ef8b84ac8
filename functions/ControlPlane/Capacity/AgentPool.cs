namespace LlmOps.Capacity;

/// <summary>
/// A pool of nodes as a cloud with an autoscaler keeps it. Without the autoscaler the number of nodes is ours; with it the
/// least number is, and the most stays the bound of whoever set the pool up.
/// </summary>
public sealed record AgentPool(string Name, int Count, bool Autoscaled, int Min, int Max, string State)
{
    private const string Succeeded = "Succeeded";
    private const string Failed = "Failed";
    private const string Canceled = "Canceled";

    /// <summary>The nodes that count as asked for. A change that failed is to be asked for again, so only what came of it counts.</summary>
    public int Wanted(int ready)
    {
        int asked = Autoscaled ? Min : Count;
        return State is Failed or Canceled ? Math.Min(asked, ready) : asked;
    }

    /// <summary>The nodes that are ready where nobody looks at the nodes themselves: all of them once a change is through, none before.</summary>
    public int AssumedReady => State == Succeeded ? Count : 0;

    /// <summary>What is to be changed so that the pool has so many nodes.</summary>
    public AgentPoolChange Ask(int nodes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodes);
        if (nodes == (Autoscaled ? Min : Count) && State == Succeeded)
        {
            return new AgentPoolChange.None();
        }
        if (State is not (Succeeded or Failed or Canceled))
        {
            return new AgentPoolChange.Refuse($"pool {Name} is being changed already ({State})");
        }
        if (!Autoscaled)
        {
            return new AgentPoolChange.SetCount(nodes);
        }
        // The count must lie between the bounds, or the change is refused; the autoscaler takes it from there.
        return nodes > Max
            ? new AgentPoolChange.Refuse($"the autoscaler of pool {Name} is bounded to {Max} nodes")
            : new AgentPoolChange.SetLeast(nodes, Math.Clamp(Count, nodes, Max));
    }
}

/// <summary>What is done to an agent pool.</summary>
public abstract record AgentPoolChange
{
    public sealed record None : AgentPoolChange;

    public sealed record SetCount(int Nodes) : AgentPoolChange;

    /// <summary>The autoscaler's least number, and the number of nodes that it starts from.</summary>
    public sealed record SetLeast(int Least, int Count) : AgentPoolChange;

    public sealed record Refuse(string Reason) : AgentPoolChange;

    /// <summary>Whether a failed request says that somebody else has changed the pool since it was read: what is to be changed is to be asked anew.</summary>
    public static bool IsStale(int status) => status == 412;

    /// <summary>
    /// What a failed request says about the wish: a reason, where the cloud refused it as it stands (a quota, another change
    /// under way, no right), or null, where asking again may help.
    /// </summary>
    public static string? Refusal(int status, string? code, string message) => status is 400 or 403 or 404 or 409 or 412
        ? Ports.PlainText.OneLine(string.IsNullOrEmpty(code) ? message : $"{code}: {message}")
        : null;
}
