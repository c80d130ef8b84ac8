using LlmOps.Gates.Statistics;
using LlmOps.Manifests;

namespace LlmOps.Gates;

/// <summary>
/// What one limit against the champion showed on the items that both were asked. <paramref name="Difference"/> and
/// <paramref name="Interval"/> count for the candidate: positive is better, in the metric's unit; against a relative limit
/// they count from that limit, so that the margin is 0.
/// </summary>
/// <param name="Limit">The limit's name in the policy.</param>
/// <param name="Allowed">How much worse than the champion it may be, in the metric's unit.</param>
/// <param name="Told">What the interval tells, before the policy decides an inconclusive one.</param>
/// <param name="ItemsNeeded">Items on which a difference as seen would pass four times in five; null when no number would do.</param>
public sealed record Comparison(
    string Limit, double Allowed, int Items, int Changed, double Difference, Interval Interval, double Margin, Outcome Told, int? ItemsNeeded)
{
    /// <summary>Whether the difference as seen, however uncertain, keeps the limit; without items nothing was seen.</summary>
    public bool HoldsAsSeen => Items > 0 && Difference >= -Margin - 1e-12;

    /// <summary>Holds two sides against every limit of a gate. The seed names the evidence that the draws are bound to.</summary>
    public static IReadOnlyList<Comparison> All(ChampionLimit limit, Measured candidate, Measured champion, string seed)
    {
        double baseline = champion.Value ?? 0;
        List<Comparison> all = [];
        void Add(string name, double? allowed, bool relative, int sign)
        {
            if (allowed is { } most)
            {
                all.Add(Of(limit, name, relative ? most * baseline : most, sign, relative ? 1 - (sign * most) : 1, candidate, champion, seed));
            }
        }
        Add("max_drop", limit.MaxDrop, relative: false, sign: 1);
        Add("max_increase", limit.MaxIncrease, relative: false, sign: -1);
        Add("max_relative_drop", limit.MaxRelativeDrop, relative: true, sign: 1);
        Add("max_relative_increase", limit.MaxRelativeIncrease, relative: true, sign: -1);
        return all;
    }

    private static Comparison Of(
        ChampionLimit limit, string name, double allowed, int sign, double factor, Measured candidate, Measured champion, string seed)
    {
        (double Candidate, double Champion)[] pairs = [.. candidate.Values
            .Where(value => champion.Values.ContainsKey(value.Key)).OrderBy(value => value.Key)
            .Select(value => (value.Value, champion.Values[value.Key]))];
        double margin = factor == 1 ? allowed : 0;
        double[] better = [.. pairs.Select(pair => sign * (pair.Candidate - (factor * pair.Champion)))];
        bool exact = candidate.Summary == Summary.Share && factor == 1 && limit.Test != PairedTest.Bootstrap;
        (double difference, Interval interval) = pairs.Length == 0
            ? (0, new Interval(double.NegativeInfinity, double.PositiveInfinity, limit.Alpha, "no items in common"))
            : exact ? Exact(better, limit.Alpha)
            : candidate.Summary == Summary.Quantile ? Quantiles(pairs, sign, factor, candidate.Rank, limit.Alpha, $"{seed}/{name}")
            : (better.Average(), Bootstrap.Mean(better, limit.Alpha, $"{seed}/{name}"));
        return new Comparison(
            name, allowed, pairs.Length, pairs.Count(pair => pair.Candidate != pair.Champion), difference, interval, margin,
            interval.NonInferior(margin), Needed(exact, pairs.Length, difference, better, interval, margin, limit.Alpha));
    }

    private static (double, Interval) Exact(double[] better, double alpha)
    {
        PairedCounts counts = new(better.Length, better.Count(value => value > 0), better.Count(value => value < 0));
        return (counts.Difference, ExactPaired.Of(counts, alpha));
    }

    private static (double, Interval) Quantiles(
        (double Candidate, double Champion)[] pairs, int sign, double factor, double rank, double alpha, string seed)
    {
        DrawnQuantile candidate = new([.. pairs.Select(pair => pair.Candidate)], rank);
        DrawnQuantile champion = new([.. pairs.Select(pair => pair.Champion)], rank);
        double Statistic(int[] picks) => sign * (candidate.Of(picks) - (factor * champion.Of(picks)));
        return (Statistic([.. Enumerable.Range(0, pairs.Length)]), Bootstrap.Percentile(pairs.Length, Statistic, alpha, seed));
    }

    // For quantiles the width of the interval stands for the variance of an item.
    private static int? Needed(bool exact, int items, double difference, double[] better, Interval interval, double margin, double alpha)
    {
        double mean = items == 0 ? 0 : better.Average();
        double variance = items < 2 ? double.NaN
            : interval.Method.EndsWith("(percentile)", StringComparison.Ordinal)
                ? items * Math.Pow((interval.Upper - interval.Lower) / (2 * Normal.Quantile(1 - alpha)), 2)
                : better.Sum(value => Math.Pow(value - mean, 2)) / items;
        int? needed = double.IsFinite(variance) ? SampleSize.ForDifference(difference, variance, margin, alpha) : null;
        return !exact || needed is not { } enough ? needed
            : SampleSize.ForIdentical(margin, alpha) is { } least ? Math.Max(enough, least) : null;
    }
}
