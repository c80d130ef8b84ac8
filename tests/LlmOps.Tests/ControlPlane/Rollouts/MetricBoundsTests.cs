using LlmOps.Gates.Statistics;
using LlmOps.Releases;
using LlmOps.Rollouts;

namespace LlmOps.Tests.ControlPlane.Rollouts;

/// <summary>The bounds that metrics are compared by, against values that were computed apart from the code (Python, exact binomials), and their borders.</summary>
public sealed class MetricBoundsTests
{
    private static readonly double[] Bounds = [1, 2, 4];

    [Fact]
    public void A_share_is_ruled_out_where_its_chance_falls_to_alpha()
    {
        Assert.True(Robbins.RuleOut(1, 1, 1, 2.0)); // (1 + 1) · 1
        Assert.False(Robbins.RuleOut(1, 1, 1, Math.BitDecrement(2.0)));
        Assert.True(Robbins.RuleOut(3, 10, 0.5, 11 * Binomial.Pmf(3, 10, 0.5)));
        Assert.Equal(11 * 120 / 1024.0, 11 * Binomial.Pmf(3, 10, 0.5), 12);
    }

    [Theory]
    [InlineData(0, 0, 0.01, 0, 1)]
    [InlineData(0, 10, 0.05, 0, 0.41688027565653607)]
    [InlineData(10, 10, 0.05, 0.5831197243434639, 1)]
    [InlineData(30, 100, 0.01, 0.1537167931236762, 0.4809468699325365)]
    [InlineData(1, 400, 0.00125, 7.793041688189526e-09, 0.03785137065070424)]
    public void Shares_lie_between(int k, int n, double alpha, double lower, double upper)
    {
        (double low, double high) = Robbins.Interval(k, n, alpha);
        Assert.Equal(lower, low, 10);
        Assert.Equal(upper, high, 10);
    }

    [Theory]
    [InlineData(0, 0.5, 0.01, null, null)]
    [InlineData(237, 0.95, 0.00125, 207, null)] // the last number of requests that says nothing of how high a 95th percentile is
    [InlineData(238, 0.95, 0.00125, 208, 238)] // the first that does
    [InlineData(4, 0.5, 0.1, null, null)]
    [InlineData(100, 0.5, 0.00125, 29, 71)]
    [InlineData(101, 0.5, 0.00125, 29, 72)]
    [InlineData(400, 0.9, 0.005, 333, 383)]
    [InlineData(1000, 0.1, 0.01, 63, 141)]
    [InlineData(2000, 0.95, 0.00125, 1851, 1943)]
    public void A_quantile_lies_between_two_ranks(int n, double quantile, double alpha, int? below, int? past) =>
        Assert.Equal((below, past), Robbins.Ranks(n, quantile, alpha));

    [Fact]
    public void Between_its_ranks_a_quantile_is_read_off_the_buckets()
    {
        // Of 100 values the median lies between ranks 29 and 71 (Robbins): the buckets end with the ranks 20, 60 and 90.
        (double low, double high) = Quantiles.Bounds(new(Bounds, [20, 40, 30, 10], 100), 0.5, 0.00125);
        Assert.Equal(1.225, low, 12);
        Assert.Equal(2.7333333333333334, high, 12);
    }

    [Fact]
    public void Within_the_first_bucket_values_are_spread_from_zero_on()
    {
        (double low, double high) = Quantiles.Bounds(new(Bounds, [100, 0, 0, 0], 100), 0.5, 0.00125);
        Assert.Equal(0.29, low, 12);
        Assert.Equal(0.71, high, 12);
    }

    [Fact]
    public void Where_requests_are_fewer_than_values_they_are_the_sample()
    {
        // The ranks are those of 100 requests, the values those of 400 tokens.
        Assert.Equal(Quantiles.Bounds(new(Bounds, [20, 40, 30, 10], 100), 0.5, 0.00125), Quantiles.Bounds(new(Bounds, [80, 160, 120, 40], 100), 0.5, 0.00125));
        Assert.Equal(Quantiles.Bounds(new(Bounds, [20, 40, 30, 10], 100), 0.5, 0.00125), Quantiles.Bounds(new(Bounds, [20, 40, 30, 10], 1000), 0.5, 0.00125));
    }

    [Fact]
    public void A_rank_at_a_buckets_end_is_its_bound_although_the_next_bucket_is_empty()
    {
        // Of 128 values the median lies between ranks 40 and 88.
        Assert.Equal(1, Quantiles.Bounds(new(Bounds, [40, 0, 88, 0], 128), 0.5, 0.00125).Low);
        Assert.Equal(1, Quantiles.Bounds(new(Bounds, [88, 0, 40, 0], 128), 0.5, 0.00125).High);
    }

    [Fact]
    public void A_quantile_of_which_nothing_surely_lies_below_begins_with_the_first_value()
    {
        // Of 12 values a median: none below is ruled out, and so is all below.
        Assert.Equal((0, 12), Robbins.Ranks(12, 0.5, 0.004));
        Assert.Equal((2.0, 4.0), Quantiles.Bounds(new(Bounds, [0, 0, 12, 0], 12), 0.5, 0.004));
    }

    [Fact]
    public void Beyond_the_last_bound_there_is_only_more()
    {
        Assert.Equal((4.0, double.PositiveInfinity), Quantiles.Bounds(new(Bounds, [0, 0, 0, 100], 100), 0.5, 0.00125));
        Assert.Equal((0.0, double.PositiveInfinity), Quantiles.Bounds(new([], [100], 100), 0.5, 0.00125));
    }

    [Fact]
    public void Of_nothing_there_is_no_bound() => Assert.Equal((0.0, double.PositiveInfinity), Quantiles.Bounds(Distribution.Nothing, 0.5, 0.00125));
}
