namespace LlmOps.Gates.Statistics;

/// <summary>
/// The paired bootstrap: items are drawn with replacement, both sides' values of an item together, and the statistic is
/// taken anew. Bias-corrected and accelerated (BCa; Efron, JASA 82, 1987) for means, plain percentiles for quantiles, where
/// the jackknife behind the acceleration does not hold.
/// </summary>
public static class Bootstrap
{
    private const int Draws = 5_000;

    /// <summary>The interval of the mean of the values, each end at the confidence 1 − alpha.</summary>
    public static Interval Mean(double[] values, double alpha, string seed)
    {
        if (values.Length < 2)
        {
            return Unknown(alpha);
        }
        double[] drawn = Draw(values.Length, seed, picks => picks.Average(pick => values[pick]));
        double total = values.Sum();
        double[] without = [.. values.Select(value => (total - value) / (values.Length - 1))];
        (double lower, double upper) = Bca(drawn, values.Average(), without, alpha);
        return new Interval(lower, upper, alpha, "paired bootstrap (BCa)");
    }

    /// <summary>The interval of a statistic of drawn items (their positions), each end at the confidence 1 − alpha.</summary>
    public static Interval Percentile(int items, Func<int[], double> statistic, double alpha, string seed)
    {
        if (items < 2)
        {
            return Unknown(alpha);
        }
        double[] drawn = Draw(items, seed, statistic);
        return new Interval(At(drawn, alpha), At(drawn, 1 - alpha), alpha, "paired bootstrap (percentile)");
    }

    /// <summary>BCa ends from the drawn statistics (sorted here), the statistic itself and its jackknife values.</summary>
    internal static (double Lower, double Upper) Bca(double[] drawn, double seen, double[] without, double alpha)
    {
        Array.Sort(drawn);
        double mean = without.Average();
        double squares = without.Sum(value => Math.Pow(mean - value, 2));
        if (squares <= 0 || drawn[0] == drawn[^1])
        {
            return (drawn[0], drawn[^1]);
        }
        double acceleration = without.Sum(value => Math.Pow(mean - value, 3)) / (6 * Math.Pow(squares, 1.5));
        double below = (drawn.Count(value => value < seen) + drawn.Count(value => value <= seen)) / (2.0 * drawn.Length);
        double bias = Normal.Quantile(below);
        double End(double z) => At(drawn, Normal.Cdf(bias + ((bias + z) / (1 - (acceleration * (bias + z))))));
        return double.IsFinite(bias) ? (End(Normal.Quantile(alpha)), End(Normal.Quantile(1 - alpha))) : (drawn[0], drawn[^1]);
    }

    private static Interval Unknown(double alpha) => new(double.NegativeInfinity, double.PositiveInfinity, alpha, "too few items");

    private static double[] Draw(int items, string seed, Func<int[], double> statistic)
    {
        SplitMix random = new(seed);
        int[] picks = new int[items];
        double[] drawn = new double[Draws];
        for (int i = 0; i < Draws; i++)
        {
            for (int j = 0; j < items; j++)
            {
                picks[j] = random.Below(items);
            }
            drawn[i] = statistic(picks);
        }
        Array.Sort(drawn);
        return drawn;
    }

    // Linear between the two nearest of the sorted values, as NumPy does by default.
    private static double At(double[] sorted, double share)
    {
        double rank = Math.Clamp(share, 0, 1) * (sorted.Length - 1);
        int low = (int)rank;
        return low + 1 == sorted.Length ? sorted[low] : sorted[low] + ((rank - low) * (sorted[low + 1] - sorted[low]));
    }
}
