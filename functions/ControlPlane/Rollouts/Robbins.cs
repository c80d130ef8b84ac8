using LlmOps.Gates.Statistics;

namespace LlmOps.Rollouts;

/// <summary>
/// Bounds on a share that hold at every look at once: whatever the true share p is, the chance that (n + 1) · b(k; n, p)
/// ever falls to alpha, b the binomial probability, is at most alpha (Robbins, Ann. Math. Statist. 41, 1970).
/// </summary>
internal static class Robbins
{
    /// <summary>Whether k of n rule the share p out.</summary>
    public static bool RuleOut(int k, int n, double p, double alpha) => (n + 1.0) * Binomial.Pmf(k, n, p) <= alpha;

    /// <summary>The shares that k of n do not rule out.</summary>
    public static (double Lower, double Upper) Interval(int k, int n, double alpha) => (
        k == 0 ? 0 : Roots.Bisect(p => !RuleOut(k, n, p, alpha), 0, (double)k / n),
        k == n ? 1 : Roots.Bisect(p => RuleOut(k, n, p, alpha), (double)k / n, 1));

    /// <summary>
    /// Of n values, the ranks between which the quantile p lies: at most so many are surely below it, and with so many it
    /// is surely passed. Null where n is too small to say.
    /// </summary>
    public static (int? Below, int? Past) Ranks(int n, double p, double alpha)
    {
        int mean = (int)(n * p);
        int? below = n > 0 && RuleOut(0, n, p, alpha) ? Last(0, mean, k => RuleOut(k, n, p, alpha)) : null;
        int? past = n > 0 && RuleOut(n, n, p, alpha) ? n - Last(0, n - mean - 1, k => RuleOut(n - k, n, p, alpha)) : null;
        return (below, past);
    }

    // The last of low..high for which it holds, given that it holds for low and, once it does not, never again.
    private static int Last(int low, int high, Func<int, bool> holds)
    {
        while (low < high)
        {
            int middle = low + ((high - low + 1) / 2);
            (low, high) = holds(middle) ? (middle, high) : (low, middle - 1);
        }
        return low;
    }
}
