using System.ComponentModel.DataAnnotations;
using YamlDotNet.Serialization;

namespace LlmOps.Manifests;

/// <summary>How a candidate gets its traffic and what each step must have seen.</summary>
public sealed record RolloutPolicy
{
    private static readonly List<int> AllAtOnce = [100];

    // `shadow:` without a value is no way to leave it out.
    private readonly bool shadowIsGiven;

    /// <summary>Step by step beside the champion, or all at once against the champion's record.</summary>
    public RolloutStrategy Strategy { get; init; } = RolloutStrategy.Canary;

    /// <summary>Shares of the traffic in percent, rising, the last 100; of a canary only.</summary>
    [Required, MinLength(1)] public List<int> Steps { get; init; } = [5, 25, 50, 100];

    /// <summary>Requests of the candidate that a step must have seen; each failure makes it as many more as outweigh it.</summary>
    [Range(1, 1_000_000)] public int MinRequests { get; init; } = 80;

    /// <summary>The least time on a step.</summary>
    public TimeSpan MinStep { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// A step without a verdict by then stalls: a person decides. At ten requests a minute 5 % of them take 160 minutes to see
    /// eighty, and two hours more for each failure among them.
    /// </summary>
    public TimeSpan StepDeadline { get; init; } = TimeSpan.FromHours(12);

    /// <summary>The share of errors that nobody is rolled back for, whatever the champion's is (0..1).</summary>
    [Range(0.0001, 0.5)] public double MaxErrorRate { get; init; } = 0.003;

    /// <summary>The share of errors that must not get through (0..1).</summary>
    [Range(0.001, 1)] public double BadErrorRate { get; init; } = 0.05;

    /// <summary>The chance that a healthy candidate is rolled back for its errors, over the whole rollout (0..1).</summary>
    [Range(0.0001, 0.2)] public double FalseAbort { get; init; } = 0.01;

    /// <summary>Metrics of the servers that are judged beside the errors, none unless named.</summary>
    [Required] public List<RolloutMetric> Metrics { get; init; } = [];

    /// <summary>What a candidate must show on copies of users' requests before the first step; null: nothing is copied.</summary>
    public ShadowPolicy? Shadow
    {
        get;
        init => (field, shadowIsGiven) = (value, true);
    }

    /// <summary>The shares of this strategy, in percent.</summary>
    [YamlIgnore] public IReadOnlyList<int> Shares => Strategy == RolloutStrategy.BlueGreen ? AllAtOnce : Steps;

    /// <summary>Whether no key was left without a value.</summary>
    [YamlIgnore] internal bool IsWhole => Steps is not null && Metrics is not null && Metrics.All(metric => metric is { Metric: not null }) && (!shadowIsGiven || Shadow is { IsWhole: true });

    /// <summary>What a shadow is judged by: a step of its own, with its own budgets.</summary>
    internal RolloutPolicy Judging(ShadowPolicy shadow) => this with
    {
        Strategy = RolloutStrategy.Canary,
        Steps = AllAtOnce,
        MinRequests = shadow.MinRequests,
        MinStep = shadow.MinTime,
        StepDeadline = shadow.Deadline,
        FalseAbort = shadow.FalseRefusal,
        Metrics = shadow.Metrics,
    };

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
        foreach (string problem in RolloutMetric.Problems(Metrics, "rollout.metrics").Concat(Shadow?.Problems() ?? []))
        {
            yield return problem;
        }
    }
}

/// <summary>How the traffic goes from the champion to the candidate.</summary>
public enum RolloutStrategy
{
    /// <summary>In steps, each judged beside the champion.</summary>
    Canary,

    /// <summary>From nothing to all in one step after the gates, judged against the champion's record; its slot stays warm.</summary>
    BlueGreen,
}
