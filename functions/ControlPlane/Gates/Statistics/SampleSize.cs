namespace LlmOps.Gates.Statistics;

/// <summary>How many items a limit needs before it can be told from no difference.</summary>
public static class SampleSize
{
    /// <summary>The chance with which a candidate as good as the one seen then passes.</summary>
    public const double Power = 0.8;

    /// <summary>The least number of items on which identical answers pass: below it no candidate that is equally good can; null when none is enough.</summary>
    public static int? ForIdentical(double margin, double alpha)
    {
        if (margin <= 0)
        {
            return null;
        }
        int low = 0;
        int high = (int)Math.Min(int.MaxValue / 4, (2 * Math.Log(alpha) / Math.Log(1 - Math.Min(margin, 0.999))) + 2);
        while (high - low > 1)
        {
            int middle = (low + high) / 2;
            (low, high) = ExactPaired.Lower(new PairedCounts(middle, 0, 0), alpha) > -margin ? (low, middle) : (middle, high);
        }
        return high;
    }

    /// <summary>
    /// The number of items on which a difference as seen passes with the chance <see cref="Power"/>, by the normal
    /// approximation n = (z₁₋α + z₀.₈)² σ² / (difference + margin)²; null when the difference lies beyond the margin.
    /// </summary>
    /// <param name="variance">Of one pair's difference, in the metric's unit squared.</param>
    public static int? ForDifference(double difference, double variance, double margin, double alpha)
    {
        double room = difference + margin;
        if (room <= 1e-12)
        {
            return null;
        }
        double z = -Normal.Quantile(alpha) + Normal.Quantile(Power);
        double needed = z * z * variance / (room * room);
        return needed > 1e9 ? null : (int)Math.Ceiling(needed);
    }
}
