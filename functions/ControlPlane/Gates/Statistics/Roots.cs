namespace LlmOps.Gates.Statistics;

/// <summary>Finds where a condition begins to hold.</summary>
internal static class Roots
{
    /// <summary>The least value between two ends from which on a monotone condition holds, to 1e-13 of the ends' distance.</summary>
    public static double Bisect(Func<double, bool> holds, double low, double high, int rounds = 60)
    {
        for (int i = 0; i < rounds; i++)
        {
            double middle = (low + high) / 2;
            if (holds(middle))
            {
                high = middle;
            }
            else
            {
                low = middle;
            }
        }
        return (low + high) / 2;
    }
}
