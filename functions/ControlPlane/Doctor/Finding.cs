namespace LlmOps.Doctor;

/// <summary>Where the time goes between a fault and the traffic back at the version before, in order.</summary>
public enum RollbackStage
{
    /// <summary>Means: Prometheus scrapes, evaluates its rules and waits for their `for`.</summary>
    Detect,

    /// <summary>Means: Alertmanager waits for more alerts of the group.</summary>
    Group,

    /// <summary>Means: the alert is posted, stored and enqueued.</summary>
    Hook,

    /// <summary>Means: the release is blamed and the warm slot is asked.</summary>
    Decide,

    /// <summary>Means: the revert is committed.</summary>
    Commit,

    /// <summary>Means: Flux fetches the commit.</summary>
    Fetch,

    /// <summary>Means: Flux applies the manifests.</summary>
    Apply,

    /// <summary>Means: the gateway follows the new weights.</summary>
    Route,
}

/// <summary>How bad a finding is, the worst first.</summary>
public enum Concern
{
    /// <summary>Means: with this setting a rollback does not happen.</summary>
    Breaks,

    /// <summary>Means: the rollback happens, later than it could or after more harm.</summary>
    Slows,

    /// <summary>Means: nothing of the rollback suffers, but something beside it.</summary>
    Notes,
}

/// <summary>
/// A setting that harms a rollback: where it stands (line 0: nowhere), its value, the seconds it costs, why, and what to
/// set instead.
/// </summary>
public sealed record Finding(
    RollbackStage Stage, Concern Concern, string File, int Line, string Setting, string Value, double Seconds, string Why, string Instead);

/// <summary>The seconds of a stage, at best and at worst, and what they are made of.</summary>
public sealed record StageTime(RollbackStage Stage, double BestSeconds, double WorstSeconds, string Of);

/// <summary>What the settings of a GitOps repository make of a rollback.</summary>
public sealed record Diagnosis(IReadOnlyList<Finding> Findings, IReadOnlyList<StageTime> Stages)
{
    /// <summary>Seconds from the fault to the traffic back when each stage goes well.</summary>
    public double BestSeconds => Stages.Sum(stage => stage.BestSeconds);

    /// <summary>Seconds from the fault to the traffic back when nothing fails but each wait is as long as it can be.</summary>
    public double WorstSeconds => Stages.Sum(stage => stage.WorstSeconds);

    /// <summary>The worst concern, or null when there is none.</summary>
    public Concern? Worst => Findings.Count == 0 ? null : Findings.Min(finding => finding.Concern);
}
