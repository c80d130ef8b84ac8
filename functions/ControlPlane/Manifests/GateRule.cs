using System.ComponentModel.DataAnnotations;
using YamlDotNet.Serialization;

namespace LlmOps.Manifests;

/// <summary>Whether a gate decides.</summary>
public enum Severity
{
    /// <summary>A gate that does not pass keeps the release from going on.</summary>
    Fail,

    /// <summary>A gate that does not pass is told and never blocks.</summary>
    Warn,
}

/// <summary>What a metric without a value means.</summary>
public enum MissingMetric
{
    /// <summary>The gate fails.</summary>
    Fail,

    /// <summary>The gate is inconclusive: a person decides.</summary>
    Hold,
}

/// <summary>One gate: a metric, an absolute limit, and a limit against the champion.</summary>
public sealed record GateRule : IValidatableObject
{
    /// <summary>`name`, `name.statistic` or either with `@dataset`, e.g. `latency_ms.p95@golden`.</summary>
    [Required] public string Metric { get; init; } = "";

    public double? Min { get; init; }

    public double? Max { get; init; }

    public ChampionLimit? VsChampion { get; init; }

    public Severity Severity { get; init; } = Severity.Fail;

    /// <summary>The metric without its dataset.</summary>
    [YamlIgnore] public string Name => Metric.Split('@')[0];

    /// <summary>The dataset that the metric is taken over, or null for all.</summary>
    [YamlIgnore] public string? Dataset => Metric.Contains('@', StringComparison.Ordinal) ? Metric.Split('@', 2)[1] : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MetricNames.IsKnown(Name))
        {
            yield return new ValidationResult($"gate {Metric}: '{Name}' is not a metric; known are {string.Join(", ", MetricNames.All.Concat(MetricNames.Passing).Concat(MetricNames.Scoring))} and named.LABEL");
        }
        if ((Min is null && Max is null && VsChampion is null) || VsChampion is { IsEmpty: true })
        {
            yield return new ValidationResult($"gate {Metric} has no limit: give min, max or vs_champion");
        }
        if (Min is { } min && !double.IsFinite(min) || Max is { } max && !double.IsFinite(max))
        {
            yield return new ValidationResult($"gate {Metric}: a limit must be a number");
        }
        if (VsChampion is not null && MetricNames.IsSingle(Name))
        {
            yield return new ValidationResult($"gate {Metric}: it is one number for all items, which cannot be compared item by item: give min or max");
        }
        if (!Enum.IsDefined(Severity))
        {
            yield return new ValidationResult($"gate {Metric}: severity is fail or warn");
        }
        if (VsChampion is { Test: PairedTest.Mcnemar } limit && !(MetricNames.IsShare(Name) && limit.IsAbsolute))
        {
            yield return new ValidationResult($"gate {Metric}: mcnemar compares shares by max_drop or max_increase; use bootstrap or leave test out");
        }
    }
}
