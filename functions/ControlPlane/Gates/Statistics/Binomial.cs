namespace LlmOps.Gates.Statistics;

/// <summary>The binomial distribution, its exact interval, and McNemar's exact test.</summary>
public static class Binomial
{
    // Lanczos (g = 7, nine terms): relative error under 1e-14 for positive arguments.
    private static readonly double[] Lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    private static readonly double[] OfIntegers = [0, .. Enumerable.Range(1, 4096).Select(n => Series(n))];

    /// <summary>The chance of exactly k of n when each has the chance p.</summary>
    public static double Pmf(int k, int n, double p) => p <= 0 ? (k == 0 ? 1 : 0) : p >= 1 ? (k == n ? 1 : 0)
        : Math.Exp(LogGamma(n + 1.0) - LogGamma(k + 1.0) - LogGamma(n - k + 1.0) + (k * Math.Log(p)) + ((n - k) * Math.Log(1 - p)));

    /// <summary>The chance of at most k of n when each has the chance p.</summary>
    public static double Cdf(int k, int n, double p) =>
        k < 0 ? 0 : k >= n || p <= 0 ? 1 : p >= 1 ? 0 : IncompleteBeta(n - k, k + 1.0, 1 - p);

    /// <summary>
    /// Clopper and Pearson's interval (Biometrika 26, 1934) of a share, each end at the confidence 1 − alpha.
    /// </summary>
    public static (double Lower, double Upper) ClopperPearson(int k, int n, double alpha) => (
        k == 0 ? 0 : Roots.Bisect(p => 1 - Cdf(k - 1, n, p) >= alpha, 0, 1),
        k == n ? 1 : Roots.Bisect(p => Cdf(k, n, p) <= alpha, 0, 1));

    /// <summary>McNemar's exact two-sided p-value: the chance of so lopsided a split of the items that changed.</summary>
    public static double McNemar(PairedCounts counts) =>
        Math.Min(1, 2 * Cdf(Math.Min(counts.Gains, counts.Losses), counts.Gains + counts.Losses, 0.5));

    private static double LogGamma(double x) => x < OfIntegers.Length && x == Math.Floor(x) ? OfIntegers[(int)x] : Series(x);

    private static double Series(double x)
    {
        double sum = Lanczos[0];
        for (int i = 1; i < Lanczos.Length; i++)
        {
            sum += Lanczos[i] / (x - 1 + i);
        }
        double t = x + 6.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x - 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    private static double IncompleteBeta(double a, double b, double x)
    {
        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - (front * Fraction(b, a, 1 - x) / b);
    }

    // The continued fraction of the incomplete beta function by Lentz' method.
    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300;
        double c = 1;
        double d = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        double value = d;
        for (int m = 1; m < 10_000; m++)
        {
            double even = m * (b - m) * x / ((a - 1 + (2 * m)) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + 1 + (2 * m)));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            value *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-15)
            {
                break;
            }
        }
        return value;

        static double NotZero(double value) => Math.Abs(value) < tiny ? tiny : value;
    }
}
