using LlmOps.Manifests;

namespace LlmOps.Gates;

/// <summary>Metrics over samples. No data gives no value: null is neither zero nor a pass.</summary>
public static class Metric
{
    /// <summary>The value of a gate's metric over one side's samples, in the metric's own unit; null without data.</summary>
    public static double? Of(GateRule gate, IReadOnlyList<Sample> samples, IReadOnlyDictionary<(string Dataset, string Item), EvaluationItem> items)
    {
        List<Sample> chosen = samples.Where(sample => gate.Dataset is null || sample.Dataset == gate.Dataset).ToList();
        Match? MatchOf(Sample sample) => items.TryGetValue((sample.Dataset, sample.Item), out EvaluationItem? item) ? item.Match : null;
        return gate.Name switch
        {
            MetricNames.Accuracy => Share(chosen, sample => sample.Right),
            MetricNames.ExactMatch => Share(chosen.Where(sample => MatchOf(sample) == Match.Exact), sample => sample.Right),
            MetricNames.RefusalRate => Share(chosen.Where(sample => MatchOf(sample) == Match.Refusal), sample => sample.Right),
            MetricNames.ErrorRate => Share(chosen, sample => sample.Error is not null),
            _ when gate.Name.Split('.') is [MetricNames.Latency, var statistic] =>
                Percentile(Answered(chosen).Select(sample => sample.LatencyMs), statistic),
            _ when gate.Name.Split('.') is [MetricNames.TokensPerSecond, var statistic] =>
                Percentile(Answered(chosen).Where(sample => sample.LatencyMs > 0).Select(sample => sample.Tokens * 1000.0 / sample.LatencyMs), statistic),
            _ => throw new ManifestException("gates.yaml", $"'{gate.Name}' is not a metric"),
        };
    }

    private static IEnumerable<Sample> Answered(IEnumerable<Sample> samples) => samples.Where(sample => sample.Error is null);

    private static double? Share(IEnumerable<Sample> samples, Func<Sample, bool> counts)
    {
        List<Sample> all = samples.ToList();
        return all.Count == 0 ? null : all.Count(counts) / (double)all.Count;
    }

    // The nearest-rank percentile: the smallest value with at least that share of the values at or below it.
    private static double? Percentile(IEnumerable<double> values, string statistic)
    {
        double[] sorted = [.. values.Order()];
        double rank = statistic switch
        {
            "p50" => 0.50,
            "p95" => 0.95,
            "p99" => 0.99,
            _ => throw new ManifestException("gates.yaml", $"'.{statistic}' is not a statistic"),
        };
        return sorted.Length == 0 ? null : sorted[(int)Math.Ceiling(rank * sorted.Length) - 1];
    }
}
