using System.ComponentModel.DataAnnotations;

namespace LlmOps.Manifests;

/// <summary>How a candidate gets its traffic and what each step must have seen.</summary>
public sealed record RolloutPolicy
{
    /// <summary>Shares of the traffic in percent, rising, the last 100.</summary>
    [Required, MinLength(1)] public List<int> Steps { get; init; } = [5, 25, 50, 100];

    /// <summary>Requests of the candidate that a step must have seen.</summary>
    [Range(1, 1_000_000)] public int MinRequests { get; init; } = 50;

    /// <summary>The least time on a step.</summary>
    public TimeSpan MinStep { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A step without a verdict by then stalls: a person decides.</summary>
    public TimeSpan StepDeadline { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The share of errors that a healthy version may show (0..1).</summary>
    [Range(0.0001, 0.5)] public double MaxErrorRate { get; init; } = 0.01;

    /// <summary>The share of errors that must not get through (0..1).</summary>
    [Range(0.001, 1)] public double BadErrorRate { get; init; } = 0.05;

    /// <summary>The chance that a healthy candidate is rolled back, over the whole rollout (0..1).</summary>
    [Range(0.0001, 0.2)] public double FalseAbort { get; init; } = 0.01;

    internal IEnumerable<string> Problems()
    {
        if (Steps.Count > 0 && (Steps[^1] != 100 || Steps.Zip(Steps.Skip(1)).Any(pair => pair.First >= pair.Second) || Steps[0] < 1))
        {
            yield return "rollout.steps must rise and end with 100";
        }
        if (StepDeadline <= MinStep)
        {
            yield return "rollout.step_deadline must be above min_step";
        }
        if (BadErrorRate <= MaxErrorRate)
        {
            yield return "rollout.bad_error_rate must be above max_error_rate";
        }
    }
}
