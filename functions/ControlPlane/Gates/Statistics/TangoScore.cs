namespace LlmOps.Gates.Statistics;

/// <summary>
/// Tango's score statistic for the difference of paired proportions (Statistics in Medicine 17, 1998, 891–908): how far
/// what was seen lies from a supposed difference, in standard errors under that difference.
/// </summary>
internal static class TangoScore
{
    /// <summary>The statistic for a supposed difference (−1..1); it falls as that grows.</summary>
    public static double Of(PairedCounts counts, double difference)
    {
        (double n, double gains, double losses) = (counts.Items, counts.Gains, counts.Losses);
        double distance = gains - losses - (n * difference);

        // The likeliest chance of a loss under the supposed difference: the larger root of a quadratic equation.
        double b = -gains - losses + (difference * ((2 * n) - gains + losses));
        double c = -losses * difference * (1 - difference);
        double loss = Math.Max(0, (-b + Math.Sqrt(Math.Max(0, (b * b) - (8 * n * c)))) / (4 * n));
        double variance = n * ((2 * loss) + (difference * (1 - difference)));
        return variance > 1e-15 ? distance / Math.Sqrt(variance)
            : distance > 1e-12 ? double.PositiveInfinity : distance < -1e-12 ? double.NegativeInfinity : 0;
    }

    /// <summary>The lower end at the confidence whose normal quantile is z; close to its confidence, not guaranteed.</summary>
    public static double Lower(PairedCounts counts, double z) =>
        counts.Losses == counts.Items ? -1 : Roots.Bisect(difference => Of(counts, difference) < z, -1, counts.Difference);
}
