using System.Globalization;
using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>What one metric says about a step, and why.</summary>
public sealed record MetricVerdict(string Metric, Outcome Outcome, string Text);

/// <summary>
/// Compares a metric of candidate and champion by bounds on both: worse by more than the limit is shown, ruled out, or
/// neither. The bounds hold at every look at once, so looking costs nothing; a metric's alpha is split evenly over the
/// steps and the two sides.
/// </summary>
public static class MetricTest
{
    /// <summary>The verdicts of a step; on the last one the champion's record of before stands for it.</summary>
    public static IReadOnlyList<MetricVerdict> Of(IReadOnlyDictionary<string, MetricWindow>? windows, RolloutPolicy policy, bool lastStep) =>
        [.. policy.Metrics.Select(metric => Of(metric, windows?.GetValueOrDefault(metric.Metric), policy.Shares.Count, lastStep))];

    private static MetricVerdict Of(RolloutMetric metric, MetricWindow? window, int steps, bool lastStep)
    {
        if (window is null)
        {
            return metric.Missing == MissingLiveMetric.Ignore
                ? new(metric.Metric, Outcome.Pass, "is not counted and was ignored")
                : new(metric.Metric, Outcome.Inconclusive, "is not counted by the servers");
        }
        double alpha = metric.Alpha / (2 * steps);
        Distribution champion = lastStep ? window.Record : window.Champion;
        return metric.Measure!.Kind switch
        {
            LiveMetricKind.Quantile => Times(metric, window.Candidate, champion, alpha),
            LiveMetricKind.Rate => Speeds(metric, window.Candidate, champion, alpha),
            _ => Shares(metric, window.Candidate, champion, alpha),
        };
    }

    private static MetricVerdict Times(RolloutMetric metric, Distribution candidate, Distribution champion, double alpha)
    {
        (double low, double high) = Quantiles.Bounds(candidate, metric.Measure!.Quantile, alpha);
        (double championLow, double championHigh) = Quantiles.Bounds(champion, metric.Measure.Quantile, alpha);
        double limit = 1 + metric.MaxRelativeIncrease!.Value;
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{Range(1000 * low, 1000 * high, "ms")} of {candidate.Requests:F0} requests against {Range(1000 * championLow, 1000 * championHigh, "ms")} of {champion.Requests:F0}; at most {metric.MaxRelativeIncrease:P0} more");
        return new(metric.Metric, Judge(low > limit * championHigh, high <= limit * championLow), text);
    }

    // Bounds on the seconds per token, turned round, are bounds on the tokens per second.
    private static MetricVerdict Speeds(RolloutMetric metric, Distribution candidate, Distribution champion, double alpha)
    {
        (double low, double high) = Inverted(Quantiles.Bounds(candidate, metric.Measure!.Quantile, alpha));
        (double championLow, double championHigh) = Inverted(Quantiles.Bounds(champion, metric.Measure.Quantile, alpha));
        double kept = 1 - metric.MaxRelativeDecrease!.Value;
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{Range(low, high, "tokens/s")} of {candidate.Requests:F0} requests against {Range(championLow, championHigh, "tokens/s")} of {champion.Requests:F0}; at most {metric.MaxRelativeDecrease:P0} less");
        return new(metric.Metric, Judge(high < kept * championLow, low >= kept * championHigh), text);
    }

    private static (double Low, double High) Inverted((double Low, double High) seconds) => (1 / seconds.High, seconds.Low == 0 ? double.PositiveInfinity : 1 / seconds.Low);

    private static MetricVerdict Shares(RolloutMetric metric, Distribution candidate, Distribution champion, double alpha)
    {
        (double low, double high) = Robbins.Interval((int)candidate.Counts[^1], (int)candidate.Total(), alpha);
        (double championLow, double championHigh) = Robbins.Interval((int)champion.Counts[^1], (int)champion.Total(), alpha);
        double rise = metric.MaxIncrease!.Value;
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{Range(Math.Round(100 * low, 1), Math.Round(100 * high, 1), "%")} of {candidate.Total():F0} answers against {Range(Math.Round(100 * championLow, 1), Math.Round(100 * championHigh, 1), "%")} of {champion.Total():F0}; at most {100 * rise:0.##} points more");
        return new(metric.Metric, Judge(low > championHigh + rise, high <= championLow + rise), text);
    }

    private static Outcome Judge(bool worse, bool within) => worse ? Outcome.Fail : within ? Outcome.Pass : Outcome.Inconclusive;

    private static string Range(double low, double high, string unit) => string.Create(CultureInfo.InvariantCulture,
        $"{low:0.###} to {(double.IsInfinity(high) ? "?" : high.ToString("0.###", CultureInfo.InvariantCulture))} {unit}");
}
