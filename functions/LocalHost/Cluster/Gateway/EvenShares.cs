using System.Numerics;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>
/// Deals requests to backends in proportion to their weights: exactly, in every run of as many requests as the
/// (reduced) weights add up to, and evenly within it. A canary judged on its first ten requests should get one of every
/// twenty, not whatever chance makes of 5 %; and a step through a permutation needs one atomic increment, no lock.
/// </summary>
internal sealed class EvenShares
{
    private const double GoldenRatio = 1.618033988749895;

    private readonly int[] ends;
    private readonly ulong stride;
    private ulong dealt;

    /// <summary>Weights are at least 0; all 0 means that nobody gets anything.</summary>
    public EvenShares(IEnumerable<int> weights)
    {
        int[] given = [.. weights];
        int divisor = Math.Max(1, given.Aggregate(0, (a, b) => (int)BigInteger.GreatestCommonDivisor(a, b)));
        int sum = 0;
        ends = [.. given.Select(weight => sum += weight / divisor)];
        Total = sum;
        stride = Stride(sum);
    }

    /// <summary>After how many requests the shares are exact.</summary>
    public int Total { get; }

    /// <summary>The index of the backend that gets the next request, or null when all weights are 0.</summary>
    public int? Next()
    {
        if (Total == 0)
        {
            return null;
        }
        ulong turn = Interlocked.Increment(ref dealt) - 1;
        ulong place = (ulong)((UInt128)turn * stride % (ulong)Total);
        return Array.FindIndex(ends, end => place < (ulong)end);
    }

    /// <summary>The step next to the golden section that visits every place before it visits one twice.</summary>
    private static ulong Stride(int total)
    {
        int step = Math.Max(1, (int)(total / GoldenRatio));
        while (step > 1 && BigInteger.GreatestCommonDivisor(step, total) != 1)
        {
            step--;
        }
        return (ulong)step;
    }
}
