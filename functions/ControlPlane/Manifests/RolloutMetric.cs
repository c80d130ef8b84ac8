using System.ComponentModel.DataAnnotations;
using YamlDotNet.Serialization;

namespace LlmOps.Manifests;

/// <summary>By how much a candidate may be worse than its champion in a metric that the servers count.</summary>
public sealed record RolloutMetric
{
    /// <summary>A name of <see cref="LiveMetric.Names"/>.</summary>
    [Required] public string Metric { get; init; } = "";

    /// <summary>For times: how much higher it may be, as a share of the champion's (0.5 is half as much again).</summary>
    [Range(0.01, 10)] public double? MaxRelativeIncrease { get; init; }

    /// <summary>For shares of the answers: how much higher it may be (0..1).</summary>
    [Range(0.001, 1)] public double? MaxIncrease { get; init; }

    /// <summary>The chance that a candidate within the limit is rolled back for it, and that one beyond it passes, over the whole rollout (0..1).</summary>
    [Range(0.0001, 0.2)] public double Alpha { get; init; } = 0.01;

    /// <summary>What it means that the servers do not count it.</summary>
    public MissingLiveMetric Missing { get; init; } = MissingLiveMetric.Hold;

    /// <summary>What it is; null when nothing of that name is counted.</summary>
    [YamlIgnore] public LiveMetric? Measure => LiveMetric.Find(Metric);

    internal IEnumerable<string> Problems()
    {
        if (Measure is not { } measure)
        {
            yield return $"rollout.metrics: '{Metric}' is not a metric; known are {string.Join(", ", LiveMetric.Names)}";
        }
        else if (measure.Kind == LiveMetricKind.Quantile && (MaxRelativeIncrease is not { } ratio || !double.IsFinite(ratio) || MaxIncrease is not null))
        {
            yield return $"rollout.metrics: {Metric} is a time and needs max_relative_increase, and no other limit";
        }
        else if (measure.Kind == LiveMetricKind.Share && (MaxIncrease is not { } rise || !double.IsFinite(rise) || MaxRelativeIncrease is not null))
        {
            yield return $"rollout.metrics: {Metric} is a share of the answers and needs max_increase, and no other limit";
        }
    }
}

/// <summary>What a rollout does about a metric that it was told to watch and that nobody counts.</summary>
public enum MissingLiveMetric
{
    /// <summary>The step holds, and stalls at its deadline.</summary>
    Hold,

    /// <summary>The rollout goes on without it.</summary>
    Ignore,
}
