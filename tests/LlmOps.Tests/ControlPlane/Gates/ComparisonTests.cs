using LlmOps.Gates;
using LlmOps.Gates.Statistics;
using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class ComparisonTests
{
    private const double Alpha = 0.05;

    // So many different values that other draws, or the same ones of another order, have other ends.
    private static readonly double[] Varied = [.. Enumerable.Range(0, 30).Select(i => 10 * Math.Sin(1.7 * i))];

    private static readonly double[] Others = [.. Enumerable.Range(0, 30).Select(i => 10 * Math.Cos(2.3 * i))];

    [Fact]
    public void Each_limit_counts_for_the_candidate_in_the_metrics_unit()
    {
        ChampionLimit limit = new() { MaxDrop = 20, MaxIncrease = 5, MaxRelativeDrop = 0.25, MaxRelativeIncrease = 0.5 };
        IReadOnlyList<Comparison> all = Comparison.All(limit, Means(90, 90, 90), Means(100, 100, 100), "seed");
        Assert.Equal(
            [
                ("max_drop", 20.0, -10.0, 20.0, Outcome.Pass), ("max_increase", 5.0, 10.0, 5.0, Outcome.Pass),
                ("max_relative_drop", 25.0, 15.0, 0.0, Outcome.Pass), ("max_relative_increase", 50.0, 60.0, 0.0, Outcome.Pass),
            ],
            all.Select(one => (one.Limit, one.Allowed, one.Difference, one.Margin, one.Told)));
        Assert.All(all, one => Assert.Equal(new Interval(one.Difference, one.Difference, Alpha, "paired bootstrap (BCa)"), one.Interval));
        Assert.All(all, one => Assert.Equal((3, 3, (int?)0), (one.Items, one.Changed, one.ItemsNeeded)));
    }

    [Fact]
    public void A_limit_that_is_not_given_is_not_compared() =>
        Assert.Equal(["max_relative_drop"], Comparison.All(new ChampionLimit { MaxRelativeDrop = 0 }, Means(1, 2), Means(1, 2), "seed").Select(one => one.Limit));

    [Theory]
    [InlineData(1, -0.1, 0.1, true)]
    [InlineData(1, -0.1 - 1e-12, 0.1, true)]
    [InlineData(1, -0.1 - 1e-11, 0.1, false)]
    [InlineData(1, 0.0, 0.1, true)]
    [InlineData(1, 0.0, 0.0, true)]
    [InlineData(1, -0.01, 0.0, false)]
    [InlineData(0, 0.0, 0.1, false)]
    public void A_difference_holds_as_seen_up_to_its_margin(int items, double difference, double margin, bool holds) => Assert.Equal(
        holds, new Comparison("max_drop", margin, items, 0, difference, new Interval(-1, 1, Alpha, ""), margin, Outcome.Inconclusive, null).HoldsAsSeen);

    [Fact]
    public void Items_are_drawn_in_the_order_of_their_names_however_they_were_answered()
    {
        (string, double)[] answers = [.. Varied.Select((value, i) => ($"{i:D4}", value)).OrderBy(answer => answer.value)];
        Comparison comparison = Only(new ChampionLimit { MaxDrop = 3 }, Of(Summary.Mean, 0, answers), Means(new double[30]));
        Assert.Equal(Bootstrap.Mean(Varied, Alpha, "seed/max_drop"), comparison.Interval);
        Assert.NotEqual(Bootstrap.Mean([.. Varied.OrderBy(value => value)], Alpha, "seed/max_drop"), comparison.Interval);
        Assert.NotEqual(Bootstrap.Mean(Varied, Alpha, "other/max_drop"), comparison.Interval);
    }

    [Fact]
    public void Only_items_of_both_sides_are_compared_and_those_that_differ_are_counted()
    {
        Comparison comparison = Only(
            new ChampionLimit { MaxIncrease = 3 }, Of(Summary.Mean, 0, ("a", 1), ("b", 2), ("c", 5), ("mine", 99)), Of(Summary.Mean, 0, ("a", 1), ("b", 3), ("c", 1), ("other", 99)));
        Assert.Equal((3, 2, -1.0), (comparison.Items, comparison.Changed, comparison.Difference));
    }

    [Fact]
    public void Without_an_item_in_common_nothing_is_known()
    {
        Comparison comparison = Only(new ChampionLimit { MaxRelativeDrop = 0.5 }, Of(Summary.Mean, 0, ("mine", 1)), Of(Summary.Mean, 0));
        Interval nothing = new(double.NegativeInfinity, double.PositiveInfinity, Alpha, "no items in common");
        Assert.Equal(new Comparison("max_relative_drop", 0, 0, 0, 0, nothing, 0, Outcome.Inconclusive, null), comparison);
    }

    [Theory]
    [InlineData(Summary.Share, PairedTest.Auto, false, "exact paired (Buehler over Tango)")]
    [InlineData(Summary.Share, PairedTest.Mcnemar, false, "exact paired (Buehler over Tango)")]
    [InlineData(Summary.Share, PairedTest.Bootstrap, false, "paired bootstrap (BCa)")]
    [InlineData(Summary.Share, PairedTest.Auto, true, "paired bootstrap (BCa)")]
    [InlineData(Summary.Share, PairedTest.Bootstrap, true, "paired bootstrap (BCa)")]
    [InlineData(Summary.Mean, PairedTest.Auto, false, "paired bootstrap (BCa)")]
    [InlineData(Summary.Mean, PairedTest.Auto, true, "paired bootstrap (BCa)")]
    [InlineData(Summary.Quantile, PairedTest.Auto, false, "paired bootstrap (percentile)")]
    [InlineData(Summary.Quantile, PairedTest.Auto, true, "paired bootstrap (percentile)")]
    public void A_difference_is_bounded_by(Summary summary, PairedTest test, bool relative, string method)
    {
        ChampionLimit limit = new() { MaxDrop = relative ? null : 0.5, MaxRelativeDrop = relative ? 0.5 : null, Test = test };
        Measured side = Of(summary, 0.5, ("a", 1), ("b", 0), ("c", 1));
        Assert.Equal(method, Only(limit, side, side).Interval.Method);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_share_is_bounded_by_the_items_gained_and_lost(bool drop)
    {
        ChampionLimit limit = new() { MaxDrop = drop ? 0.2 : null, MaxIncrease = drop ? null : 0.2, Alpha = 0.1 };
        Comparison comparison = Only(limit, Shares(1, 1, 1, 0, 1, 0, 1, 1), Shares(0, 0, 0, 1, 1, 0, 1, 1));
        PairedCounts counts = drop ? new PairedCounts(8, 3, 1) : new PairedCounts(8, 1, 3);
        Assert.Equal(ExactPaired.Of(counts, 0.1), comparison.Interval);
        Assert.Equal((8, 4, drop ? 0.25 : -0.25, 0.2), (comparison.Items, comparison.Changed, comparison.Difference, comparison.Margin));
    }

    [Theory]
    [InlineData("max_drop", 1, 1.0)]
    [InlineData("max_increase", -1, 1.0)]
    [InlineData("max_relative_drop", 1, 0.75)]
    [InlineData("max_relative_increase", -1, 1.25)]
    public void A_quantile_is_taken_of_both_sides_in_each_draw(string name, int sign, double factor)
    {
        ChampionLimit limit = name switch
        {
            "max_drop" => new() { MaxDrop = 0.25 },
            "max_increase" => new() { MaxIncrease = 0.25 },
            "max_relative_drop" => new() { MaxRelativeDrop = 0.25 },
            _ => new() { MaxRelativeIncrease = 0.25 },
        };
        Comparison comparison = Only(limit, Means(Varied) with { Summary = Summary.Quantile, Rank = 0.5 }, Means(Others) with { Summary = Summary.Quantile, Rank = 0.5 });
        double Statistic(int[] picks) =>
            sign * (Measured.Quantile([.. picks.Select(pick => Varied[pick])], 0.5) - (factor * Measured.Quantile([.. picks.Select(pick => Others[pick])], 0.5)));
        Assert.Equal(Statistic([.. Enumerable.Range(0, 30)]), comparison.Difference);
        Assert.Equal(Bootstrap.Percentile(30, Statistic, Alpha, $"seed/{name}"), comparison.Interval);
        Assert.Equal(name, comparison.Limit);
    }

    [Fact]
    public void The_items_that_a_mean_needs_follow_from_the_spread_of_its_differences()
    {
        Comparison comparison = Only(new ChampionLimit { MaxDrop = 1 }, Means(3, 7, 5, 9), Means(4, 4, 6, 6));
        Assert.Equal((1.0, (int?)7), (comparison.Difference, comparison.ItemsNeeded));
    }

    [Fact]
    public void Two_items_tell_how_many_are_needed_and_one_does_not()
    {
        ChampionLimit limit = new() { MaxDrop = 1 };
        Assert.Equal(7, Only(limit, Means(3, 7), Means(4, 4)).ItemsNeeded);
        Comparison one = Only(limit, Means(3), Means(3));
        Assert.Null(one.ItemsNeeded);
        Assert.Equal((Outcome.Inconclusive, "too few items"), (one.Told, one.Interval.Method));
    }

    [Fact]
    public void A_difference_beyond_its_limit_has_no_number_of_items() =>
        Assert.Null(Only(new ChampionLimit { MaxDrop = 1 }, Means(1, 3, 5), Means(4, 4, 8)).ItemsNeeded);

    [Fact]
    public void The_items_that_a_quantile_needs_follow_from_the_width_of_its_interval()
    {
        Measured candidate = Of(Summary.Quantile, 0.95, [.. Enumerable.Range(0, 10).Select(i => ($"{i}", i == 0 ? 110.0 : 90))]);
        Measured champion = Of(Summary.Quantile, 0.95, [.. Enumerable.Range(0, 10).Select(i => ($"{i}", 100.0))]);
        Comparison comparison = Only(new ChampionLimit { MaxDrop = 5 }, candidate, champion);
        Assert.Equal((-10.0, 10.0, 10.0), (comparison.Interval.Lower, comparison.Interval.Upper, comparison.Difference));
        Assert.Equal(11, comparison.ItemsNeeded);
    }

    [Theory]
    [InlineData(0, 59)]
    [InlineData(1, 135)]
    public void A_share_needs_no_fewer_items_than_equal_answers_do(int lost, int needed)
    {
        double[] wrong = new double[lost];
        Measured right = Shares([.. Enumerable.Repeat(1.0, 50)]);
        Comparison comparison = Only(new ChampionLimit { MaxDrop = 0.05 }, Shares([.. wrong, .. Enumerable.Repeat(1.0, 50 - lost)]), right);
        Assert.Equal(needed, comparison.ItemsNeeded);
    }

    [Fact]
    public void A_share_that_may_not_drop_at_all_has_no_number_of_items()
    {
        Measured better = Shares(1, 1, 1, 1);
        Measured champion = Shares(0, 1, 1, 1);
        Assert.Null(Only(new ChampionLimit { MaxDrop = 0 }, better, champion).ItemsNeeded);
        Assert.Equal(19, Only(new ChampionLimit { MaxDrop = 0, Test = PairedTest.Bootstrap }, better, champion).ItemsNeeded);
    }

    [Fact]
    public void A_share_by_the_bootstrap_needs_only_what_its_spread_does() =>
        Assert.Equal(0, Only(new ChampionLimit { MaxDrop = 0.05, Test = PairedTest.Bootstrap }, Shares(1, 1, 1), Shares(1, 1, 1)).ItemsNeeded);

    private static Comparison Only(ChampionLimit limit, Measured candidate, Measured champion) => Assert.Single(Comparison.All(limit, candidate, champion, "seed"));

    private static Measured Means(params double[] values) => Of(Summary.Mean, 0, [.. values.Select((value, i) => ($"{i:D4}", value))]);

    private static Measured Shares(params double[] values) => Of(Summary.Share, 0, [.. values.Select((value, i) => ($"{i:D4}", value))]);

    private static Measured Of(Summary summary, double rank, params (string Item, double Value)[] values) =>
        new(summary, rank, values.ToDictionary(value => ("golden", value.Item), value => value.Value));
}
