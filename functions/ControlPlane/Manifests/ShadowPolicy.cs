using System.ComponentModel.DataAnnotations;

namespace LlmOps.Manifests;

/// <summary>
/// What a candidate must show on copies of users' requests before it gets any of them. Its errors are held against the
/// rollout's limits, on a budget of their own.
/// </summary>
public sealed record ShadowPolicy
{
    /// <summary>How many of a hundred of users' requests are copied.</summary>
    [Range(1, 100)] public int Percent { get; init; } = 100;

    /// <summary>Copies that the candidate's servers must have answered; each failure makes it as many more as outweigh it.</summary>
    [Range(1, 1_000_000)] public int MinRequests { get; init; } = 80;

    /// <summary>The least time of copying.</summary>
    public TimeSpan MinTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Without a verdict by then the copies end and the release stalls: nothing is copied for longer.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The chance that a healthy candidate is refused for its errors here (0..1).</summary>
    [Range(0.0001, 0.2)] public double FalseRefusal { get; init; } = 0.01;

    /// <summary>Metrics of the servers that are judged on the copies too, none unless named.</summary>
    [Required] public List<RolloutMetric> Metrics { get; init; } = [];

    /// <summary>Whether no key was left without a value.</summary>
    internal bool IsWhole => Metrics is not null && Metrics.All(metric => metric is { Metric: not null });

    internal IEnumerable<string> Problems()
    {
        if (Deadline <= MinTime)
        {
            yield return "rollout.shadow.deadline must be above min_time";
        }
        foreach (string problem in RolloutMetric.Problems(Metrics, "rollout.shadow.metrics"))
        {
            yield return problem;
        }
    }
}
