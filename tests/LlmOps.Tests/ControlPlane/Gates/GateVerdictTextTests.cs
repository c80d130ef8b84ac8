using System.Globalization;
using LlmOps.Gates;
using LlmOps.Gates.Statistics;
using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Gates;

/// <summary>Each verdict's text in full: it is what people read before they overrule or obey a gate.</summary>
public sealed class GateVerdictTextTests
{
    private const string Lost = "(difference -10.0 in -10.0 to -10.0, margin 5, alpha 0.05, 3 items)";

    private static readonly ChampionLimit Drop = new() { MaxDrop = 20 };

    private static readonly Measured Hundred = Same(3, 100);

    // Of ten values the 95th percentile is the greatest. A draw leaves the only 100 out one time in three: then it is 90.
    private static readonly Measured Frail = Tops(100, 90);

    private static readonly Measured Steady = Tops(100, 100);

    [Theory]
    [InlineData(0.5, 0.5, null, Outcome.Pass, "0.5")]
    [InlineData(0.5, null, 0.5, Outcome.Pass, "0.5")]
    [InlineData(0.45, 0.8, null, Outcome.Fail, "0.45 is 0.35 below the least allowed 0.8")]
    [InlineData(950.0, null, 900.0, Outcome.Fail, "950 is 50.0 above the most allowed 900")]
    [InlineData(0.5, 0.9, 0.1, Outcome.Fail, "0.5 is 0.4 below the least allowed 0.9; 0.5 is 0.4 above the most allowed 0.1")]
    public void An_absolute_limit_says(double value, double? min, double? max, Outcome outcome, string text)
    {
        GateVerdict verdict = GateVerdict.Decide(new GateRule { Metric = "f1", Min = min, Max = max }, Same(1, value), Same(0, 0), hasChampion: false);
        Assert.Equal((outcome, text, "f1", (double?)value, (double?)null), (verdict.Outcome, verdict.Text, verdict.Metric, verdict.Candidate, verdict.Champion));
        Assert.Empty(verdict.Comparisons);
    }

    [Theory]
    [InlineData(1234.5678, "1235")]
    [InlineData(100.4, "100")]
    [InlineData(100.0, "100")]
    [InlineData(99.94, "99.9")]
    [InlineData(12.345, "12.3")]
    [InlineData(10.0, "10.0")]
    [InlineData(9.98765, "9.988")]
    [InlineData(1.23456, "1.235")]
    [InlineData(1.0, "1")]
    [InlineData(0.98765, "0.988")]
    [InlineData(0.000123456, "0.000123")]
    [InlineData(0.0, "0")]
    [InlineData(-1.23456, "-1.235")]
    [InlineData(-10.0, "-10.0")]
    [InlineData(-100.4, "-100")]
    public void A_number_is_shown_as(double value, string text) =>
        Assert.Equal(text, GateVerdict.Decide(new GateRule { Metric = "f1", Min = -1e9 }, Same(1, value), Same(0, 0), hasChampion: true).Text);

    [Theory]
    [InlineData(null, "90.0, no champion yet: absolute limits only", Outcome.Pass)]
    [InlineData(95.0, "90.0 is 5 below the least allowed 95.0", Outcome.Fail)]
    public void Without_a_champion_it_says(double? min, string text, Outcome outcome)
    {
        GateVerdict verdict = GateVerdict.Decide(new GateRule { Metric = "f1", Min = min, VsChampion = Drop }, Same(3, 90), Hundred, hasChampion: false);
        Assert.Equal((outcome, text), (verdict.Outcome, verdict.Text));
    }

    [Theory]
    [InlineData(0, MissingMetric.Fail, Outcome.Fail)]
    [InlineData(0, MissingMetric.Hold, Outcome.Inconclusive)]
    [InlineData(1, MissingMetric.Fail, Outcome.Inconclusive)]
    [InlineData(1, MissingMetric.Hold, Outcome.Inconclusive)]
    public void A_side_without_a_value_is_named(int unjudged, MissingMetric missing, Outcome outcome)
    {
        Measured nothing = Same(0, 0) with { Unjudged = unjudged };
        GateVerdict candidate = GateVerdict.Decide(Against(Drop), nothing, Hundred, hasChampion: true, missing);
        Assert.Equal((outcome, "the candidate has no value for this metric", (double?)null), (candidate.Outcome, candidate.Text, candidate.Candidate));
        GateVerdict champion = GateVerdict.Decide(Against(Drop), Hundred, nothing, hasChampion: true, missing);
        Assert.Equal((outcome, "the champion has no value for this metric", (double?)null), (champion.Outcome, champion.Text, champion.Champion));
    }

    [Fact]
    public void A_missed_absolute_limit_fails_whether_or_not_the_champion_has_a_value()
    {
        GateVerdict verdict = GateVerdict.Decide(Against(Drop) with { Min = 0.8 }, Same(3, 0.5), Same(0, 0), hasChampion: true, MissingMetric.Hold);
        Assert.Equal((Outcome.Fail, "0.5 is 0.3 below the least allowed 0.8; the champion has no value for this metric"), (verdict.Outcome, verdict.Text));
    }

    [Fact]
    public void Each_limit_that_holds_says_what_was_seen() => AssertText(
        Outcome.Pass,
        "90.0, champion 100 (max_drop: difference -10.0 in -10.0 to -10.0, margin 20.0, alpha 0.05, 3 items)"
        + " (max_relative_drop: difference 15.0 in 15.0 to 15.0, margin 0, alpha 0.05, 3 items)",
        Drop with { MaxRelativeDrop = 0.25 }, Same(3, 90), Hundred);

    [Fact]
    public void Equal_values_differ_by_nothing_with_no_sign() => AssertText(
        Outcome.Pass,
        "100, champion 100 (max_increase: difference 0 in 0 to 0, margin 5, alpha 0.05, 10 items)",
        new ChampionLimit { MaxIncrease = 5 }, Steady, Steady);

    [Fact]
    public void A_drop_says_below() =>
        AssertText(Outcome.Fail, $"90.0 is 10.0 below the champion's 100; allowed is 5 {Lost}", new ChampionLimit { MaxDrop = 5 }, Same(3, 90), Hundred);

    [Fact]
    public void An_increase_says_above() =>
        AssertText(Outcome.Fail, $"110 is 10.0 above the champion's 100; allowed is 5 {Lost}", new ChampionLimit { MaxIncrease = 5 }, Same(3, 110), Hundred);

    [Fact]
    public void Every_missed_limit_is_told()
    {
        ChampionLimit limit = new() { MaxDrop = 5, MaxRelativeDrop = 0.0625 };
        GateVerdict verdict = GateVerdict.Decide(Against(limit) with { Min = 95 }, Same(3, 90), Hundred, hasChampion: true);
        Assert.Equal(Outcome.Fail, verdict.Outcome);
        Assert.Equal(
            $"90.0 is 5 below the least allowed 95.0; 90.0 is 10.0 below the champion's 100; allowed is 5 {Lost}; "
            + "90.0 is 10.0 below the champion's 100; allowed is 6.25 (difference -3.75 in -3.75 to -3.75, margin 0, alpha 0.05, 3 items)",
            verdict.Text);
    }

    [Fact]
    public void A_limit_that_holds_is_not_told_beside_one_that_is_missed() => AssertText(
        Outcome.Fail, $"90.0 is 10.0 below the champion's 100; allowed is 5 {Lost}",
        new ChampionLimit { MaxDrop = 5, MaxRelativeDrop = 0.25 }, Same(3, 90), Hundred);

    [Fact]
    public void Only_the_items_in_common_are_compared() => AssertText(
        Outcome.Fail, "10.0 is 0 above the champion's 10.0; allowed is 5 (difference -10.0 in -10.0 to -10.0, margin 5, alpha 0.05, 2 items)",
        new ChampionLimit { MaxDrop = 5 }, Means(("a", 0), ("b", 0), ("mine", 30)), Means(("a", 10), ("b", 10), ("other", 10)));

    [Theory]
    [InlineData(9.0, "margin 9, alpha 0.05, 10 items); about 11 items could")]
    [InlineData(5.0, "margin 5, alpha 0.05, 10 items); about 23 items could")]
    public void What_the_items_cannot_tell_says_how_many_could(double most, string end) => AssertText(
        Outcome.Inconclusive,
        $"100, champion 100: 10 items cannot tell whether max_drop {most.ToString(CultureInfo.InvariantCulture)} holds (difference 0 in -10.0 to 0, {end}",
        new ChampionLimit { MaxDrop = most }, Frail, Steady);

    [Fact]
    public void Each_limit_that_the_items_cannot_tell_is_named() => AssertText(
        Outcome.Inconclusive,
        "100, champion 100: 10 items cannot tell whether max_drop 9 holds (difference 0 in -10.0 to 0, margin 9, alpha 0.05, 10 items); about 11 items could; "
        + "10 items cannot tell whether max_relative_drop 6.25 holds (difference 6.25 in -3.75 to 6.25, margin 0, alpha 0.05, 10 items); about 15 items could",
        new ChampionLimit { MaxDrop = 9, MaxRelativeDrop = 0.0625 }, Frail, Steady);

    [Fact]
    public void A_difference_beyond_the_limit_needs_other_answers_and_not_more_of_them() => AssertText(
        Outcome.Inconclusive,
        "110, champion 100: 10 items cannot tell whether max_increase 5 holds (difference -10.0 in -10.0 to 10.0, margin 5, alpha 0.05, 10 items); "
        + "no number of items could while the difference stays as seen",
        new ChampionLimit { MaxIncrease = 5 }, Tops(110, 90), Steady);

    [Fact]
    public void One_item_does_not_tell_how_many_could() => AssertText(
        Outcome.Inconclusive,
        "5, champion 5: 1 items cannot tell whether max_drop 1 holds (difference 0 in -Infinity to Infinity, margin 1, alpha 0.05, 1 items); so few do not tell how many could",
        new ChampionLimit { MaxDrop = 1 }, Same(1, 5), Same(1, 5));

    [Fact]
    public void Two_items_tell_that_no_number_could() => AssertText(
        Outcome.Inconclusive,
        "110, champion 100: 2 items cannot tell whether max_increase 5 holds (difference -10.0 in -10.0 to 10.0, margin 5, alpha 0.05, 2 items); "
        + "no number of items could while the difference stays as seen",
        new ChampionLimit { MaxIncrease = 5 }, Tops(110, 90, others: 1), Tops(100, 100, others: 1));

    [Fact]
    public void Where_the_policy_fails_what_is_open_it_says_that_the_limit_is_not_shown_to_hold() => AssertText(
        Outcome.Fail,
        "100 against the champion's 100 is not shown to keep the limit; allowed is 9 (difference 0 in -10.0 to 0, margin 9, alpha 0.05, 10 items)",
        new ChampionLimit { MaxDrop = 9, OnInconclusive = OnInconclusive.Fail }, Frail, Steady);

    [Fact]
    public void Where_the_policy_takes_what_was_seen_it_says_so() => AssertText(
        Outcome.Pass,
        "100, champion 100 (max_drop: difference 0 in -10.0 to 0, margin 9, alpha 0.05, 10 items, passed as seen: the items cannot tell)",
        new ChampionLimit { MaxDrop = 9, OnInconclusive = OnInconclusive.PassPointEstimate }, Frail, Steady);

    [Theory]
    [InlineData(OnInconclusive.PassPointEstimate)]
    [InlineData(OnInconclusive.Fail)]
    public void Sides_without_an_item_in_common_do_not_pass(OnInconclusive policy) => AssertText(
        Outcome.Fail,
        "7 and the champion's 7 have no items in common; allowed is 9 (difference 0 in -Infinity to Infinity, margin 9, alpha 0.05, 0 items)",
        new ChampionLimit { MaxDrop = 9, OnInconclusive = policy }, Means(("mine", 7)), Means(("other", 7)));

    [Fact]
    public void Sides_without_an_item_in_common_wait_for_a_person() => AssertText(
        Outcome.Inconclusive,
        "7, champion 7: 0 items cannot tell whether max_drop 9 holds (difference 0 in -Infinity to Infinity, margin 9, alpha 0.05, 0 items); so few do not tell how many could",
        new ChampionLimit { MaxDrop = 9 }, Means(("mine", 7)), Means(("other", 7)));

    [Theory]
    [InlineData(2, 3, "5 items could not be judged; of the others ")]
    [InlineData(2, 2, "4 items could not be judged; of the others ")]
    [InlineData(0, 1, "1 items could not be judged; of the others ")]
    [InlineData(1, 0, "1 items could not be judged; of the others ")]
    [InlineData(0, 0, "")]
    public void Unjudged_items_of_both_sides_count_against_the_champion(int candidate, int champion, string start)
    {
        GateVerdict verdict = GateVerdict.Decide(Against(Drop), Same(3, 90) with { Unjudged = candidate }, Hundred with { Unjudged = champion }, hasChampion: true);
        Assert.Equal(start.Length == 0 ? Outcome.Pass : Outcome.Inconclusive, verdict.Outcome);
        Assert.Equal($"{start}90.0, champion 100 (max_drop: difference -10.0 in -10.0 to -10.0, margin 20.0, alpha 0.05, 3 items)", verdict.Text);
    }

    [Theory]
    [InlineData(true, false, "90.0")]
    [InlineData(false, true, "90.0, no champion yet: absolute limits only")]
    [InlineData(false, false, "90.0")]
    public void The_champions_unjudged_items_do_not_count_where_it_is_not_compared(bool hasChampion, bool hasLimit, string text)
    {
        GateRule rule = new() { Metric = "f1", Min = 0, VsChampion = hasLimit ? Drop : null };
        GateVerdict passed = GateVerdict.Decide(rule, Same(3, 90), Hundred with { Unjudged = 3 }, hasChampion);
        Assert.Equal((Outcome.Pass, text), (passed.Outcome, passed.Text));
        GateVerdict held = GateVerdict.Decide(rule, Same(3, 90) with { Unjudged = 2 }, Hundred with { Unjudged = 3 }, hasChampion);
        Assert.Equal((Outcome.Inconclusive, $"2 items could not be judged; of the others {text}"), (held.Outcome, held.Text));
    }

    [Theory]
    [InlineData(Severity.Fail, Outcome.Pass, false)]
    [InlineData(Severity.Fail, Outcome.Fail, true)]
    [InlineData(Severity.Fail, Outcome.Inconclusive, true)]
    [InlineData(Severity.Warn, Outcome.Pass, false)]
    [InlineData(Severity.Warn, Outcome.Fail, false)]
    [InlineData(Severity.Warn, Outcome.Inconclusive, false)]
    public void It_blocks_by_its_severity(Severity severity, Outcome outcome, bool blocks) =>
        Assert.Equal(blocks, new GateVerdict("f1", outcome, 1, 1, "") { Severity = severity }.Blocks);

    [Theory]
    [InlineData(Severity.Fail)]
    [InlineData(Severity.Warn)]
    public void A_verdict_has_its_gates_severity(Severity severity) =>
        Assert.Equal(severity, GateVerdict.Decide(Against(Drop) with { Severity = severity }, Same(3, 90), Hundred, hasChampion: true).Severity);

    [Fact]
    public void A_shares_own_bounds_have_the_limits_alpha_or_one_in_twenty()
    {
        Measured share = new(Summary.Share, 0, Same(10, 1).Values);
        Interval? Bounds(ChampionLimit? limit) => GateVerdict.Decide(Against(limit), share, share, hasChampion: true).CandidateBounds;
        Assert.Equal(share.Bounds(0.2), Bounds(Drop with { Alpha = 0.2 }));
        Assert.Equal(share.Bounds(0.05), Bounds(null));
    }

    [Fact]
    public void The_draws_are_bound_to_the_evidence_the_metric_and_the_limit()
    {
        double[] seen = [.. Enumerable.Range(0, 30).Select(i => 10 * Math.Sin(1.7 * i))];
        Measured candidate = Means([.. seen.Select((value, i) => ($"{i:D4}", value))]);
        GateVerdict verdict = GateVerdict.Decide(Against(Drop), candidate, Same(30, 0), hasChampion: true, seed: "digest");
        Assert.Equal(Bootstrap.Mean(seen, 0.05, "digest/f1/max_drop"), Assert.Single(verdict.Comparisons).Interval);
        Assert.NotEqual(Bootstrap.Mean(seen, 0.05, "other/f1/max_drop"), Assert.Single(verdict.Comparisons).Interval);
    }

    private static void AssertText(Outcome outcome, string text, ChampionLimit limit, Measured candidate, Measured champion)
    {
        GateVerdict verdict = GateVerdict.Decide(Against(limit), candidate, champion, hasChampion: true, seed: "digest");
        Assert.Equal((outcome, text), (verdict.Outcome, verdict.Text));
        Assert.Equal((candidate.Value, champion.Value), (verdict.Candidate, verdict.Champion));
    }

    private static GateRule Against(ChampionLimit? limit) => new() { Metric = "f1", VsChampion = limit };

    private static Measured Same(int items, double value) => Means([.. Enumerable.Range(0, items).Select(i => ($"{i:D4}", value))]);

    private static Measured Means(params (string Item, double Value)[] values) =>
        new(Summary.Mean, 0, values.ToDictionary(value => ("golden", value.Item), value => value.Value));

    private static Measured Tops(double first, double rest, int others = 9) =>
        new(Summary.Quantile, 0.95, Enumerable.Range(0, others + 1).ToDictionary(i => ("golden", $"{i:D4}"), i => i == 0 ? first : rest));
}
