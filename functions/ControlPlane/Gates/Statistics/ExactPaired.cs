namespace LlmOps.Gates.Statistics;

/// <summary>
/// Exact bounds for the difference of paired proportions: Buehler's construction (JASA 52, 1957) over the order that
/// Tango's lower limits give, as Lloyd and Moldovan propose (Statistics in Medicine 26, 2007, 3369–3384). The lower bound
/// is the least difference under which a result at least as good as the one seen still has the chance alpha, whatever
/// share of the items changes. So it covers with at least its confidence at any number of items: unlike McNemar's
/// conditional test, also when no item changed, which is not proof of no difference. As Berger and Boos do (JASA 89, 1994,
/// 1012–1016), a small part of alpha is spent on the share of items that change: without it, truths that the items rule out,
/// such as that nearly all change, would make the bound rise and fall with the number of items.
/// </summary>
public static class ExactPaired
{
    private const double Spent = 0.001;
    private const int CoarsePoints = 200;
    private const int FinePoints = 20;
    private const int FineRounds = 8;

    /// <summary>Both bounds of candidate minus champion, each at the confidence 1 − alpha.</summary>
    public static Interval Of(PairedCounts counts, double alpha) =>
        new(Lower(counts, alpha), -Lower(counts.Swap(), alpha), alpha, "exact paired (Buehler over Tango)");

    /// <summary>The lower bound (−1..1) at the confidence 1 − alpha; accurate to 1e-6.</summary>
    public static double Lower(PairedCounts counts, double alpha)
    {
        if (counts.Items == 0 || counts.Losses == counts.Items)
        {
            return -1;
        }
        double spent = Math.Min(Spent, alpha / 10);
        double most = Binomial.ClopperPearson(counts.Gains + counts.Losses, counts.Items, spent).Upper;
        int[] mostLosses = AtLeastAsGood(counts, alpha);
        double best = counts.Difference;
        double at = counts.Gains / (double)counts.Items;

        // The chance of so good a result falls as losses get likelier.
        bool Likely(double gain, double loss) => Chance(mostLosses, counts.Items, gain, loss) >= alpha - spent;
        void Try(double gain)
        {
            double needed = Math.Max(0, gain - best);
            if (needed <= most - gain && Likely(gain, needed))
            {
                double loss = Likely(gain, most - gain) ? most - gain : Roots.Bisect(value => !Likely(gain, value), needed, most - gain, rounds: 40);
                (best, at) = gain - loss < best ? (gain - loss, gain) : (best, at);
            }
        }

        // The corner where as many items change as can is a notch that no grid would hit.
        Try(Math.Min(most, Roots.Bisect(gain => Likely(gain, most - gain), 0, most) + 1e-12));
        for (int i = 0; i <= CoarsePoints; i++)
        {
            double root = i / (double)CoarsePoints;
            Try(most * root * root);
        }
        double width = most * ((2 * Math.Sqrt(at / most)) + (1.0 / CoarsePoints)) / CoarsePoints;
        for (int round = 0; round < FineRounds; round++, width /= FinePoints / 4)
        {
            double middle = at;
            for (int i = -FinePoints; i <= FinePoints; i++)
            {
                Try(Math.Clamp(middle + (width * i / FinePoints), 0, most));
            }
        }
        return Math.Max(-1, best);
    }

    // For each number of gains, the most losses with which a result is at least as good as the one seen; −1 for none.
    private static int[] AtLeastAsGood(PairedCounts counts, double alpha)
    {
        double z = -Normal.Quantile(alpha);
        double limit = TangoScore.Lower(counts, z);
        int[] most = new int[counts.Items + 1];
        int before = -1;
        for (int gains = 0; gains <= counts.Items; gains++)
        {
            int low = -1;
            int high = counts.Items - gains;
            while (low < high)
            {
                int middle = (low + high + 1) / 2;
                if (TangoScore.Of(new PairedCounts(counts.Items, gains, middle), limit) >= z - 1e-7)
                {
                    low = middle;
                }
                else
                {
                    high = middle - 1;
                }
            }
            low = gains == counts.Gains ? Math.Max(low, counts.Losses) : low;
            before = Math.Max(low, before);
            most[gains] = Math.Min(counts.Items - gains, before);
        }
        return most;
    }

    // The chance of a result at least as good, when an item is a gain or a loss with the given chances.
    private static double Chance(int[] mostLosses, int items, double gain, double loss)
    {
        double spread = (9 * Math.Sqrt(items * gain * (1 - gain))) + 20;
        int last = (int)Math.Min(items, (items * gain) + spread);
        double sum = 0;
        for (int gains = (int)Math.Max(0, (items * gain) - spread); gains <= last; gains++)
        {
            if (mostLosses[gains] >= 0)
            {
                double rest = gain >= 1 ? 0 : Math.Min(1, loss / (1 - gain));
                sum += Binomial.Pmf(gains, items, gain) * Binomial.Cdf(mostLosses[gains], items - gains, rest);
            }
        }
        return sum;
    }
}
