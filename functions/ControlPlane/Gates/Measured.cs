using LlmOps.Gates.Statistics;

namespace LlmOps.Gates;

/// <summary>How the values of items become the value of a metric.</summary>
public enum Summary
{
    /// <summary>The mean of ones and zeros.</summary>
    Share,

    Mean,

    /// <summary>The values together.</summary>
    Total,

    /// <summary>The smallest value with at least a given share of the values at or below it (nearest rank).</summary>
    Quantile,
}

/// <summary>A metric on one side: its value of each item that has one, by dataset and item, and how they are summed up.</summary>
public sealed record Measured(Summary Summary, double Rank, IReadOnlyDictionary<(string Dataset, string Item), double> Values)
{
    /// <summary>Items that nobody could judge, as when the judge was down: without them the metric may look better than it is.</summary>
    public int Unjudged { get; init; }

    /// <summary>The metric's value in its own unit; null without items: no data is neither zero nor a pass.</summary>
    public double? Value => Values.Count == 0 ? null : Summary switch
    {
        Summary.Quantile => Quantile([.. Values.Values], Rank),
        Summary.Total => Values.Values.Sum(),
        _ => Values.Values.Average(),
    };

    /// <summary>Clopper and Pearson's interval of a share, each end at the confidence 1 − alpha; null for other metrics.</summary>
    public Interval? Bounds(double alpha)
    {
        if (Summary != Summary.Share || Values.Count == 0)
        {
            return null;
        }
        (double lower, double upper) = Binomial.ClopperPearson(Values.Values.Count(value => value == 1), Values.Count, alpha);
        return new Interval(lower, upper, alpha, "Clopper–Pearson");
    }

    /// <summary>The nearest-rank quantile of values in any order.</summary>
    public static double Quantile(double[] values, double rank)
    {
        Array.Sort(values);
        return values[(int)Math.Ceiling(rank * values.Length) - 1];
    }
}
