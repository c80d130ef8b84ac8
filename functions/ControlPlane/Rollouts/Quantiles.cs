using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>Bounds on a quantile from a histogram's buckets.</summary>
internal static class Quantiles
{
    /// <summary>
    /// Between which values the quantile lies, at every look at once (Howard and Ramdas, Bernoulli 28, 2022: bounds on the
    /// share of values below it give bounds on it). Within a bucket values are taken as evenly spread, as Prometheus'
    /// histogram_quantile does. Where requests are fewer than values, as of tokens, requests are the sample.
    /// </summary>
    public static (double Low, double High) Bounds(Distribution seen, double quantile, double alpha)
    {
        int requests = (int)Math.Min(seen.Requests, seen.Total());
        (int? below, int? past) = Robbins.Ranks(requests, quantile, alpha);
        return (below is { } low ? At(seen, (double)low / requests).Low : 0, past is { } high ? At(seen, (double)high / requests).High : double.PositiveInfinity);
    }

    // The value at a share of the distribution. Beyond the last bound there is only "more than that".
    private static (double Low, double High) At(Distribution seen, double share)
    {
        double left = share * seen.Total();
        for (int bucket = 0; bucket < seen.Bounds.Count; bucket++)
        {
            double from = bucket == 0 ? 0 : seen.Bounds[bucket - 1];
            if (left <= seen.Counts[bucket] && seen.Counts[bucket] > 0)
            {
                double value = from + ((seen.Bounds[bucket] - from) * left / seen.Counts[bucket]);
                return (value, value);
            }
            left -= seen.Counts[bucket];
        }
        return (seen.Bounds.Count == 0 ? 0 : seen.Bounds[^1], double.PositiveInfinity);
    }
}
