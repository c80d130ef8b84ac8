using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Rollouts;

namespace LlmOps.Tests.ControlPlane.Rollouts;

/// <summary>What people read of a metric, with bounds that were computed apart from the code (Python, exact binomials), and the borders of its limit.</summary>
public sealed class MetricReasonTests
{
    private static readonly double[] Bounds = [0.1, 0.2, 0.4, 0.8];
    private static readonly Distribution Slow = new(Bounds, [40, 100, 160, 80, 20], 400);
    private static readonly Distribution Fast = new(Bounds, [200, 150, 40, 8, 2], 400);
    private static readonly Distribution Few = new(Bounds, [2, 1, 1, 0, 0], 4);
    private static readonly RolloutMetric Median = new() { Metric = "latency_p50", MaxRelativeIncrease = 0.1 };
    private static readonly RolloutMetric Truncated = new() { Metric = "truncated_rate", MaxIncrease = 0.055 };

    [Fact]
    public void Times_are_told_in_milliseconds_with_both_sides_bounds() => Assert.Equal(
        new MetricVerdict("latency_p50", Outcome.Fail, "220 to 330 ms of 400 requests against 78 to 129.333 ms of 400; at most 10 % more"),
        Judge(Median, Slow, Fast));

    [Fact]
    public void A_median_that_is_lower_passes() => Assert.Equal(
        new MetricVerdict("latency_p50", Outcome.Pass, "78 to 129.333 ms of 400 requests against 220 to 330 ms of 400; at most 10 % more"),
        Judge(Median, Fast, Slow));

    [Fact]
    public void Bounds_that_overlap_by_more_than_the_limit_say_nothing() => Assert.Equal(Outcome.Inconclusive, Judge(Median, Fast, Fast).Outcome);

    [Fact]
    public void Nobody_knows_the_times_of_a_few() => Assert.Equal(
        new MetricVerdict("latency_p50", Outcome.Inconclusive, "0 to ? ms of 4 requests against 78 to 129.333 ms of 400; at most 25 % more"),
        Judge(Median with { MaxRelativeIncrease = 0.25 }, Few, Fast));

    [Fact]
    public void On_the_last_step_the_record_is_told() => Assert.Equal(
        "78 to 129.333 ms of 400 requests against 220 to 330 ms of 400; at most 10 % more",
        MetricTest.Of(Windows("latency_p50", new(Few, Few, Fast, Few, Slow)), new() { Metrics = [Median] }, lastStep: true).Single().Text);

    [Theory]
    [InlineData(RolloutStrategy.Canary, 0.01, "220 to 330 ms of 400 requests against 78 to 129.333 ms of 400; at most 10 % more")]
    [InlineData(RolloutStrategy.BlueGreen, 0.01, "223.75 to 326.25 ms of 400 requests against 79.5 to 127.333 ms of 400; at most 10 % more")]
    [InlineData(RolloutStrategy.BlueGreen, 0.0025, "220 to 330 ms of 400 requests against 78 to 129.333 ms of 400; at most 10 % more")] // a quarter of it, on a fourth of the steps
    public void Alpha_is_split_over_the_steps(RolloutStrategy strategy, double alpha, string text)
    {
        RolloutPolicy policy = new() { Strategy = strategy, Metrics = [Median with { Alpha = alpha }] };
        Assert.Equal(text, MetricTest.Of(Windows("latency_p50", Window(Slow, Fast)), policy, lastStep: false).Single().Text);
    }

    [Fact]
    public void Shares_are_told_in_percent_with_both_sides_bounds()
    {
        Assert.Equal(
            new MetricVerdict("truncated_rate", Outcome.Fail, "23.8 to 36.7 % of 1000 answers against 0.7 to 6 % of 800; at most 5.5 points more"),
            Judge(Truncated, Share(1000, 300), Share(800, 20)));
        Assert.Equal(
            new MetricVerdict("truncated_rate", Outcome.Pass, "0.7 to 6 % of 800 answers against 23.8 to 36.7 % of 1000; at most 5.5 points more"),
            Judge(Truncated, Share(800, 20), Share(1000, 300)));
        Assert.Equal(
            new MetricVerdict("truncated_rate", Outcome.Inconclusive, "0 to 100 % of 0 answers against 23.8 to 36.7 % of 1000; at most 5.5 points more"),
            Judge(Truncated, Share(0, 0), Share(1000, 300)));
    }

    [Theory]
    [InlineData(MissingLiveMetric.Ignore, Outcome.Pass, "is not counted and was ignored")]
    [InlineData(MissingLiveMetric.Hold, Outcome.Inconclusive, "is not counted by the servers")]
    public void What_nobody_counts_is_told(MissingLiveMetric missing, Outcome outcome, string text)
    {
        RolloutPolicy policy = new() { Metrics = [Median with { Missing = missing }] };
        MetricVerdict[] expected = [new("latency_p50", outcome, text)];
        Assert.Equal(expected, MetricTest.Of(null, policy, lastStep: false));
        Assert.Equal(expected, MetricTest.Of(Windows("latency_p90", Window(Slow, Fast)), policy, lastStep: true));
    }

    [Fact]
    public void Each_metric_of_the_policy_has_its_verdict_in_its_order()
    {
        RolloutPolicy policy = new() { Metrics = [Truncated, Median] };
        Assert.Equal(
            [("truncated_rate", Outcome.Inconclusive), ("latency_p50", Outcome.Fail)],
            MetricTest.Of(Windows("latency_p50", Window(Slow, Fast)), policy, lastStep: false).Select(verdict => (verdict.Metric, verdict.Outcome)));
    }

    [Theory]
    [InlineData(2, 1, Outcome.Pass)] // exactly at the limit
    [InlineData(2.0001, 1, Outcome.Fail)]
    [InlineData(1, 1, Outcome.Pass)]
    public void A_time_may_be_exactly_as_much_higher(double candidate, double champion, Outcome outcome) =>
        Assert.Equal(outcome, Judge(Median with { MaxRelativeIncrease = 1 }, Always(candidate), Always(champion)).Outcome);

    [Fact]
    public void A_share_that_may_be_all_is_always_within() =>
        Assert.Equal(Outcome.Pass, Judge(Truncated with { MaxIncrease = 1 }, Share(10, 10), Share(0, 0)).Outcome);

    [Fact]
    public void A_share_that_is_surely_as_high_as_it_may_be_is_not_higher()
    {
        double low = Robbins.Interval(700, 1000, 0.01 / 8).Lower, high = Robbins.Interval(500, 1000, 0.01 / 8).Upper;
        Assert.Equal(low, high + (low - high)); // else there is no border to test
        Assert.Equal(Outcome.Inconclusive, Judge(Truncated with { MaxIncrease = low - high }, Share(1000, 700), Share(1000, 500)).Outcome);
        Assert.Equal(Outcome.Fail, Judge(Truncated with { MaxIncrease = low - high - 1e-9 }, Share(1000, 700), Share(1000, 500)).Outcome);
    }

    private static MetricVerdict Judge(RolloutMetric metric, Distribution candidate, Distribution champion) =>
        MetricTest.Of(Windows(metric.Metric, Window(candidate, champion)), new() { Metrics = [metric] }, lastStep: false).Single();

    private static Dictionary<string, MetricWindow> Windows(string metric, MetricWindow window) => new() { [metric] = window };

    private static MetricWindow Window(Distribution candidate, Distribution champion) => new(Few, Few, candidate, champion, Few);

    private static Distribution Share(int answers, int hits) => new([0], [answers - hits, hits], answers);

    // A bucket without a width: each of a thousand requests took exactly so long.
    private static Distribution Always(double seconds) => new([seconds, seconds], [0, 1000, 0], 1000);
}
