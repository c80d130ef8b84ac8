namespace LlmOps.Gates.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    /// <summary>The chance of a value up to <paramref name="z"/>; relative error under 1e-13 for |z| below 8.</summary>
    public static double Cdf(double z)
    {
        // By the incomplete gamma series for the middle and Lentz' continued fraction for the tails.
        double x = z * z / 2;
        if (Math.Abs(z) < 2.5)
        {
            double term = z;
            double sum = z;
            for (int k = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum) && k < 200; k++)
            {
                term *= z * z / ((2 * k) + 1);
                sum += term;
            }
            return 0.5 + (sum * Math.Exp(-x) / Math.Sqrt(2 * Math.PI));
        }
        double fraction = 0;
        for (int k = 200; k > 0; k--)
        {
            fraction = k / (Math.Abs(z) + fraction);
        }
        double tail = Math.Exp(-x) / Math.Sqrt(2 * Math.PI) / (Math.Abs(z) + fraction);
        return z < 0 ? tail : 1 - tail;
    }

    /// <summary>The value below which a share <paramref name="p"/> (0..1) lies; infinite at the ends.</summary>
    public static double Quantile(double p) => p <= 0 ? double.NegativeInfinity : p >= 1 ? double.PositiveInfinity
        : p > 0.5 ? -Quantile(1 - p)
        : Roots.Bisect(z => Cdf(z) >= p, -40, 0);
}
