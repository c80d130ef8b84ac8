namespace LlmOps.LocalHost.Cluster.Pods;

/// <summary>Where a pod is in its life.</summary>
internal enum PodPhase
{
    /// <summary>Means: its process does not run; it will be started, for the first time or again.</summary>
    Waiting,

    /// <summary>Means: its process runs.</summary>
    Running,

    /// <summary>Means: it was told to go and finishes what it has.</summary>
    Terminating,

    /// <summary>Means: nothing of it is left.</summary>
    Gone,
}

/// <summary>
/// A pod now: its process's number and start (null while there is none), its port, whether it answers, and whether
/// it ever did, so that silence is a fault and not a start.
/// </summary>
internal sealed record PodStatus(PodPhase Phase, int Port)
{
    /// <summary>Whether its process is missed when it is not there.</summary>
    public bool ShouldRun => Phase is PodPhase.Waiting or PodPhase.Running;

    public int? Pid { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public bool Ready { get; init; }

    public bool WasReady { get; init; }
}
