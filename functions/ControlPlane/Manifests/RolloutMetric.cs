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

    /// <summary>For tokens per second: how much lower it may be, as a share of the champion's (0.2 is a fifth less).</summary>
    [Range(0.01, 0.9)] public double? MaxRelativeDecrease { get; init; }

    /// <summary>For shares of the answers: how much higher it may be (0..1).</summary>
    [Range(0.001, 1)] public double? MaxIncrease { get; init; }

    /// <summary>The chance that a candidate within the limit is rolled back for it, and that one beyond it passes, over the whole rollout (0..1).</summary>
    [Range(0.0001, 0.2)] public double Alpha { get; init; } = 0.01;

    /// <summary>What it means that the servers do not count it.</summary>
    public MissingLiveMetric Missing { get; init; } = MissingLiveMetric.Hold;

    /// <summary>What it is; null when nothing of that name is counted.</summary>
    [YamlIgnore] public LiveMetric? Measure => LiveMetric.Find(Metric);

    /// <summary>What is wrong with a list of metrics that stands under this path.</summary>
    internal static IEnumerable<string> Problems(IReadOnlyList<RolloutMetric> metrics, string path)
    {
        if (metrics.Select(metric => metric.Metric).Distinct().Count() < metrics.Count)
        {
            yield return $"{path} names a metric twice";
        }
        List<ValidationResult> results = [];
        foreach (RolloutMetric metric in metrics)
        {
            Validator.TryValidateObject(metric, new ValidationContext(metric), results, validateAllProperties: true);
        }
        foreach (string problem in results.Select(result => result.ErrorMessage).Concat(metrics.Select(metric => metric.Problem())).OfType<string>())
        {
            yield return $"{path}: {problem}";
        }
    }

    private string? Problem() => Measure switch
    {
        null => $"'{Metric}' is not a metric; known are {string.Join(", ", LiveMetric.Names)}",
        { Kind: LiveMetricKind.Quantile } when !Only(MaxRelativeIncrease) => $"{Metric} is a time and needs max_relative_increase, and no other limit",
        { Kind: LiveMetricKind.Rate } when !Only(MaxRelativeDecrease) => $"{Metric} is a speed and needs max_relative_decrease, and no other limit",
        { Kind: LiveMetricKind.Share } when !Only(MaxIncrease) => $"{Metric} is a share of the answers and needs max_increase, and no other limit",
        _ => null,
    };

    private bool Only(double? limit) =>
        limit is { } given && double.IsFinite(given) && new[] { MaxRelativeIncrease, MaxRelativeDecrease, MaxIncrease }.Count(other => other is not null) == 1;
}

/// <summary>What a rollout does about a metric that it was told to watch and that nobody counts.</summary>
public enum MissingLiveMetric
{
    /// <summary>The step holds, and stalls at its deadline.</summary>
    Hold,

    /// <summary>The rollout goes on without it.</summary>
    Ignore,
}
