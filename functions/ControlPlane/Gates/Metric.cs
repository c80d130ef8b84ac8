using LlmOps.Gates.Scores;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;

namespace LlmOps.Gates;

/// <summary>Metrics over samples, item by item.</summary>
public static class Metric
{
    /// <summary>The values of a gate's metric over one side's samples, an item each, in the metric's own unit.</summary>
    public static Measured Of(
        GateRule gate, IReadOnlyList<Sample> samples, IReadOnlyDictionary<(string Dataset, string Item), EvaluationItem> items, double? peakMemoryMB = null)
    {
        EvaluationItem? ItemOf(Sample sample) => items.GetValueOrDefault((sample.Dataset, sample.Item));
        List<Sample> chosen = Choose(
            gate, samples.Where(sample => gate.Dataset is null || sample.Dataset == gate.Dataset), sample => ItemOf(sample)?.Match == Match.Text);
        IEnumerable<Sample> Matched(Match match) => chosen.Where(sample => ItemOf(sample)?.Match == match);
        string[] parts = gate.Name.Split('.', 2);
        return gate.Name switch
        {
            MetricNames.Accuracy => Share(chosen.Where(sample => sample.Judged), sample => sample.Right) with { Unjudged = chosen.Count(sample => !sample.Judged) },
            MetricNames.ExactMatch => Share(Matched(Match.Exact), sample => sample.Right),
            MetricNames.RefusalRate => Share(Matched(Match.Refusal), sample => sample.Right),
            MetricNames.ErrorRate => Share(chosen, sample => (sample.FirstError ?? sample.Error) is not null),
            MetricNames.PeakMemory => new Measured(Summary.Total, 0, peakMemoryMB is { } memory ? new Dictionary<(string, string), double> { [("", "process")] = memory } : []),
            MetricNames.PiiLeaks => Leaks([.. Answered(chosen)]),
            MetricNames.TokenF1 => Likeness(chosen, ItemOf, TextScores.TokenF1),
            MetricNames.Perplexity => Mean(chosen.Where(sample => sample.Perplexity is not null), sample => sample.Perplexity!.Value) with
            {
                Unjudged = Matched(Match.Text).Count(sample => sample.Perplexity is null),
            },
            _ when parts is [MetricNames.Latency, var statistic] => Quantile(Answered(chosen), statistic, sample => sample.LatencyMs),
            _ when parts is [MetricNames.FirstToken, var statistic] =>
                Quantile(Answered(chosen).Where(sample => sample.FirstTokenMs is not null), statistic, sample => sample.FirstTokenMs!.Value),
            _ when parts is [MetricNames.TokensPerSecond, var statistic] =>
                Quantile(Answered(chosen).Where(sample => sample.LatencyMs > 0), statistic, sample => sample.Tokens * 1000.0 / sample.LatencyMs),
            "bleu" when !HasChecks(chosen, "bleu") => Likeness(chosen, ItemOf, (answer, expected) => TextScores.Bleu(answer, [expected])),
            "gleu" when !HasChecks(chosen, "gleu") => Likeness(chosen, ItemOf, (answer, expected) => TextScores.Gleu(answer, [expected])),
            "rouge_n" when !HasChecks(chosen, "rouge-n") => Likeness(chosen, ItemOf, TextScores.RougeOne),
            _ when MetricNames.IsKnown(gate.Name) => AssertionMetric.Of(parts[0], parts.ElementAtOrDefault(1), chosen, ItemOf),
            _ => throw new ManifestException("gates.yaml", $"'{gate.Name}' is not a metric"),
        };
    }

    /// <summary>
    /// What a gate is taken over: given texts have a perplexity and may fail to be scored, and no answer; where there are any,
    /// perplexity is theirs.
    /// </summary>
    internal static List<T> Choose<T>(GateRule gate, IEnumerable<T> all, Func<T, bool> isText)
    {
        List<T> chosen = [.. all];
        bool texts = gate.Name == MetricNames.Perplexity && chosen.Exists(one => isText(one));
        return gate.Name == MetricNames.ErrorRate ? chosen : chosen.FindAll(one => isText(one) == texts);
    }

    // A text that cannot be searched in time leaves the metric without a value, which is no pass.
    private static Measured Leaks(IReadOnlyList<Sample> samples)
    {
        try
        {
            return new Measured(Summary.Total, 0, samples.ToDictionary(Key, sample => (double)Pii.Leaks(sample.Prompt, sample.Text).Count));
        }
        catch (System.Text.RegularExpressions.RegexMatchTimeoutException)
        {
            return new Measured(Summary.Total, 0, new Dictionary<(string, string), double>());
        }
    }

    private static IEnumerable<Sample> Answered(IEnumerable<Sample> samples) => samples.Where(sample => sample.Error is null);

    private static bool HasChecks(IEnumerable<Sample> samples, string type) => samples.Any(sample => sample.AllChecks.Any(check => check.Type == type));

    // An item without an answer is as unlike the expected text as can be.
    private static Measured Likeness(IEnumerable<Sample> samples, Func<Sample, EvaluationItem?> itemOf, Func<string, string, double> score) =>
        Mean(samples.Where(sample => itemOf(sample) is { Expected.Length: > 0 }), sample => sample.Error is null ? score(sample.Text, itemOf(sample)!.Expected) : 0);

    internal static Measured Share(IEnumerable<Sample> samples, Func<Sample, bool> counts) =>
        new(Summary.Share, 0, samples.ToDictionary(Key, sample => counts(sample) ? 1.0 : 0.0));

    internal static Measured Mean(IEnumerable<Sample> samples, Func<Sample, double> value) => new(Summary.Mean, 0, samples.ToDictionary(Key, value));

    private static (string, string) Key(Sample sample) => (sample.Dataset, sample.Item);

    private static Measured Quantile(IEnumerable<Sample> samples, string statistic, Func<Sample, double> value)
    {
        double rank = statistic switch
        {
            "p50" => 0.50,
            "p95" => 0.95,
            "p99" => 0.99,
            _ => throw new ManifestException("gates.yaml", $"'.{statistic}' is not a statistic"),
        };
        return new Measured(Summary.Quantile, rank, samples.ToDictionary(Key, value));
    }
}
