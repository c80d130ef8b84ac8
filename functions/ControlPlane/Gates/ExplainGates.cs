using System.Globalization;
using LlmOps.Gates.Statistics;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;

namespace LlmOps.Gates;

/// <summary>What a gate needs before it can pass.</summary>
/// <param name="Items">Items that the metric is taken over.</param>
/// <param name="Needed">Items on which equally good answers pass the limit against the champion; null without one, or when none are enough.</param>
/// <param name="LossesAllowed">Answers that may be lost, with none gained, before these items cannot tell; null when even none is too much.</param>
public sealed record GateNeed(string Metric, string Limits, int Items, int? Needed, int? LossesAllowed, string Text);

/// <summary>Says what each gate of a file needs, before anything is asked.</summary>
public static class ExplainGates
{
    public static IReadOnlyList<GateNeed> Of(ModelPolicy policy, TestSuite suite) => [.. policy.Gates.Select(gate => Explain(gate, Covered(gate, suite)))];

    private static GateNeed Explain(GateRule gate, int items)
    {
        string limits = string.Join(", ", Limits(gate));
        string missing = items == 0 ? "no item of the file has this metric: the gate cannot pass; " : "";
        if (gate.VsChampion is not { } limit)
        {
            return new GateNeed(gate.Metric, limits, items, null, null, missing + "the value on these items decides");
        }
        if (!MetricNames.IsShare(gate.Name) || !limit.IsAbsolute || limit.Test == PairedTest.Bootstrap)
        {
            return new GateNeed(gate.Metric, limits, items, null, null,
                $"{missing}by the paired bootstrap: how many items it needs depends on how much the values differ, and stands in each report; {Otherwise(limit)}");
        }
        double margin = Math.Min(limit.MaxDrop ?? double.MaxValue, limit.MaxIncrease ?? double.MaxValue);
        int? needed = SampleSize.ForIdentical(margin, limit.Alpha);
        int? losses = LossesAllowed(items, margin, limit.Alpha);
        string told = needed is null ? "with a limit of 0 only a candidate that is shown to be better passes"
            : losses is null ? $"{items} items cannot tell even equal answers from a drop of {Show(margin)}: it needs {needed}"
            : losses == 0 ? "equally good answers pass; a single one lost and none gained does not"
            : $"equally good answers pass, and so do up to {losses} lost with none gained";
        return new GateNeed(gate.Metric, limits, items, needed, losses, $"{missing}{told}; {Otherwise(limit)}");
    }

    private static int Covered(GateRule gate, TestSuite suite)
    {
        List<EvaluationItem> items = Metric.Choose(
            gate, suite.Datasets.Where(dataset => gate.Dataset is null || dataset.Name == gate.Dataset).SelectMany(dataset => dataset.Items),
            item => item.Match == Match.Text);
        string[] parts = gate.Name.Split('.', 2);
        return parts[0] switch
        {
            MetricNames.ExactMatch => items.Count(item => item.Match == Match.Exact),
            MetricNames.RefusalRate => items.Count(item => item.Match == Match.Refusal),
            MetricNames.TokenF1 => items.Count(item => item.Expected.Length > 0),
            MetricNames.Named => items.Count(item => AssertionMetric.Flat(item.Assertions).Any(one => one.Metric == parts[1])),
            _ when MetricNames.Passing.Contains(parts[0]) || (MetricNames.Scoring.Contains(parts[0]) && items.Any(item => item.Assertions.Count > 0)) =>
                items.Count(item => AssertionMetric.Flat(item.Assertions).Any(one => one.Type == parts[0].Replace('_', '-') && (parts.Length == 1 || one.Metric == parts[1]))),
            _ => items.Count,
        };
    }

    private static int? LossesAllowed(int items, double margin, double alpha)
    {
        bool Passes(int losses) => ExactPaired.Lower(new PairedCounts(items, 0, losses), alpha) > -margin;
        if (items == 0 || !Passes(0))
        {
            return null;
        }
        // More losses never raise the bound.
        (int low, int high) = (0, items);
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = Passes(middle) ? (middle, high) : (low, middle - 1);
        }
        return low;
    }

    private static string Otherwise(ChampionLimit limit) => limit.OnInconclusive switch
    {
        OnInconclusive.Hold => "what the items cannot tell waits for a person",
        OnInconclusive.PassPointEstimate => "what the items cannot tell is decided by the difference as seen",
        _ => "what the items cannot tell fails",
    };

    private static IEnumerable<string> Limits(GateRule gate)
    {
        (string Name, double? Value)[] limits =
        [
            ("min", gate.Min), ("max", gate.Max), ("max_drop", gate.VsChampion?.MaxDrop), ("max_increase", gate.VsChampion?.MaxIncrease),
            ("max_relative_drop", gate.VsChampion?.MaxRelativeDrop), ("max_relative_increase", gate.VsChampion?.MaxRelativeIncrease),
        ];
        return limits.Where(limit => limit.Value is not null).Select(limit => $"{limit.Name} {Show(limit.Value!.Value)}")
            .Concat(gate.Severity == Severity.Warn ? ["warns only"] : []);
    }

    private static string Show(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
