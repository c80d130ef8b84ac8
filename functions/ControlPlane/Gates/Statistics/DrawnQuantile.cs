namespace LlmOps.Gates.Statistics;

/// <summary>The nearest-rank quantile of items drawn with replacement, without sorting at each draw.</summary>
internal sealed class DrawnQuantile
{
    private readonly double[] sorted;
    private readonly int[] place;
    private readonly int[] drawn;
    private readonly double rank;

    public DrawnQuantile(double[] values, double rank)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        sorted = [.. order.Select(i => values[i])];
        place = new int[values.Length];
        drawn = new int[values.Length];
        this.rank = rank;
        for (int i = 0; i < order.Length; i++)
        {
            place[order[i]] = i;
        }
    }

    /// <summary>The quantile of the items at the given positions.</summary>
    public double Of(int[] picks)
    {
        Array.Clear(drawn);
        foreach (int pick in picks)
        {
            drawn[place[pick]]++;
        }
        int left = (int)Math.Ceiling(rank * picks.Length);
        int at = -1;
        while (left > 0)
        {
            left -= drawn[++at];
        }
        return sorted[at];
    }
}
