namespace LlmOps.Ports;

/// <summary>What runs where, as the reconciler of the cluster reports it.</summary>
public interface ICluster
{
    /// <summary>The SHA of the last revision whose objects were all applied, or null before the first.</summary>
    Task<string?> ReconciledRevision(CancellationToken cancellation);

    /// <summary>Asks the reconciler to look at Git now rather than at its next interval. A hint: it may be lost.</summary>
    Task RequestReconcile(CancellationToken cancellation);

    /// <summary>The state of one of a model's two slots, or null when the cluster does not know it.</summary>
    Task<SlotStatus?> Slot(string model, string slot, CancellationToken cancellation);

    /// <summary>The newest events of a slot's workload (starts, failures, last log lines), newest first.</summary>
    Task<IReadOnlyList<ClusterEvent>> RecentEvents(string model, string slot, CancellationToken cancellation);
}

/// <summary>
/// A slot's workload: the version and digest that its pods were told to run, wanted and ready replicas
/// (ready: of that version and template), the base address of the slot's own Service, past the route's weights, and how
/// many pods of an earlier template the Service still sends requests to.
/// </summary>
public sealed record SlotStatus(string Version, string Digest, int Replicas, int ReadyReplicas, Uri Endpoint, int EarlierReplicas = 0)
{
    /// <summary>Whether the slot runs this digest, each of its replicas answers, and nothing else does in their place.</summary>
    public bool Serves(string digest) => Digest == digest && Replicas > 0 && ReadyReplicas >= Replicas && EarlierReplicas == 0;
}

/// <summary>Something that happened to a workload.</summary>
public sealed record ClusterEvent(DateTimeOffset At, string Reason, string Message);
