using LlmOps.Gates;
using LlmOps.Gates.Statistics;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class MeasuredTests
{
    [Theory]
    [InlineData(Summary.Share, 3.0)]
    [InlineData(Summary.Mean, 3.0)]
    [InlineData(Summary.Total, 12.0)]
    [InlineData(Summary.Quantile, 2.0)]
    public void The_values_of_items_become_the_metrics_value(Summary summary, double value)
    {
        Assert.Equal(value, Of(summary, 7, 1, 2, 2).Value);
        Assert.Null(Of(summary).Value);
    }

    [Theory]
    [InlineData(0.5, 20)]
    [InlineData(0.50001, 30)]
    [InlineData(0.95, 40)]
    [InlineData(0.25, 10)]
    [InlineData(1.0, 40)]
    public void A_quantile_is_the_smallest_value_with_the_share_at_or_below_it(double rank, double value) =>
        Assert.Equal(value, Measured.Quantile([40, 10, 30, 20], rank));

    [Fact]
    public void The_quantile_of_a_metric_has_its_own_rank() =>
        Assert.Equal(7.0, (Of(Summary.Quantile, 7, 1, 2, 2) with { Rank = 0.95 }).Value);

    [Theory]
    [InlineData(Summary.Mean)]
    [InlineData(Summary.Total)]
    [InlineData(Summary.Quantile)]
    public void Only_shares_have_bounds_of_their_own(Summary summary) => Assert.Null(Of(summary, 1, 0, 1).Bounds(0.05));

    [Fact]
    public void A_share_of_nothing_has_no_bounds() => Assert.Null(Of(Summary.Share).Bounds(0.05));

    // Each end alone leaves out the chance alpha: of ten that are all right, the share p with p¹⁰ = alpha.
    [Theory]
    [InlineData(10, 0.05, 0.7411, 1)]
    [InlineData(10, 0.2, 0.8513, 1)]
    [InlineData(8, 0.05, 0.4931, 0.9632)]
    [InlineData(0, 0.05, 0, 0.2589)]
    public void A_share_is_bounded_by_how_many_of_its_items_are_right(int right, double alpha, double lower, double upper)
    {
        Interval bounds = Of(Summary.Share, [.. Enumerable.Range(0, 10).Select(i => i < right ? 1.0 : 0.0)]).Bounds(alpha)!;
        Assert.Equal((lower, upper), (Math.Round(bounds.Lower, 4), Math.Round(bounds.Upper, 4)));
        Assert.Equal((alpha, "Clopper–Pearson"), (bounds.Alpha, bounds.Method));
    }

    private static Measured Of(Summary summary, params double[] values) =>
        new(summary, 0.5, Enumerable.Range(0, values.Length).ToDictionary(i => ("golden", $"{i}"), i => values[i]));
}
