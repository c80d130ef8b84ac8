namespace LlmOps.LocalHost.Cluster.Manifests;

/// <summary>A slot as Git wants it: how many pods of which template, and the name of the Service before them (null: none).</summary>
internal sealed record SlotSpec(string Model, string Slot, string? Service, int Replicas, PodTemplate Template);

/// <summary>What a pod runs. Two templates are the same when their hashes are.</summary>
internal sealed record PodTemplate(string Hash, string Model, string Slot, string Version, string Digest)
{
    public IReadOnlyList<string> Arguments { get; init; } = [];

    public TimeSpan TerminationGrace { get; init; }

    /// <summary>How long a pod that is being deleted sleeps before SIGTERM, while the endpoints forget it.</summary>
    public TimeSpan PreStop { get; init; }

    public required ProbeSpec Readiness { get; init; }

    public ProbeSpec? Liveness { get; init; }
}

/// <summary>How a kubelet asks a pod whether it is well.</summary>
internal sealed record ProbeSpec(string Path, TimeSpan Period, TimeSpan Timeout, int FailureThreshold);
