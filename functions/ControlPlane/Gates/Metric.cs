using LlmOps.Manifests;

namespace LlmOps.Gates;

/// <summary>Metrics over samples, item by item.</summary>
public static class Metric
{
    /// <summary>The values of a gate's metric over one side's samples, in the metric's own unit.</summary>
    public static Measured Of(GateRule gate, IReadOnlyList<Sample> samples, IReadOnlyDictionary<(string Dataset, string Item), EvaluationItem> items)
    {
        List<Sample> chosen = samples.Where(sample => gate.Dataset is null || sample.Dataset == gate.Dataset).ToList();
        IEnumerable<Sample> Matched(Match match) =>
            chosen.Where(sample => items.TryGetValue((sample.Dataset, sample.Item), out EvaluationItem? item) && item.Match == match);
        return gate.Name switch
        {
            MetricNames.Accuracy => Share(chosen, sample => sample.Right),
            MetricNames.ExactMatch => Share(Matched(Match.Exact), sample => sample.Right),
            MetricNames.RefusalRate => Share(Matched(Match.Refusal), sample => sample.Right),
            MetricNames.ErrorRate => Share(chosen, sample => sample.Error is not null),
            _ when gate.Name.Split('.') is [MetricNames.Latency, var statistic] =>
                Quantile(Answered(chosen), statistic, sample => sample.LatencyMs),
            _ when gate.Name.Split('.') is [MetricNames.TokensPerSecond, var statistic] =>
                Quantile(Answered(chosen).Where(sample => sample.LatencyMs > 0), statistic, sample => sample.Tokens * 1000.0 / sample.LatencyMs),
            _ => throw new ManifestException("gates.yaml", $"'{gate.Name}' is not a metric"),
        };
    }

    private static IEnumerable<Sample> Answered(IEnumerable<Sample> samples) => samples.Where(sample => sample.Error is null);

    private static Measured Share(IEnumerable<Sample> samples, Func<Sample, bool> counts) =>
        new(Summary.Share, 0, samples.ToDictionary(sample => (sample.Dataset, sample.Item), sample => counts(sample) ? 1.0 : 0.0));

    private static Measured Quantile(IEnumerable<Sample> samples, string statistic, Func<Sample, double> value)
    {
        double rank = statistic switch
        {
            "p50" => 0.50,
            "p95" => 0.95,
            "p99" => 0.99,
            _ => throw new ManifestException("gates.yaml", $"'.{statistic}' is not a statistic"),
        };
        return new Measured(Summary.Quantile, rank, samples.ToDictionary(sample => (sample.Dataset, sample.Item), value));
    }
}
