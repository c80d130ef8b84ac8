using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Rollouts;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollouts;

/// <summary>
/// The borders of the test's answers, and its evidence against values that were computed apart from it: the formulas of
/// docs/canary.md and of the papers, in Python with 50 digits.
/// </summary>
public sealed class ErrorTestTests
{
    private static readonly double Floor = Math.Log(0.001);
    private static readonly ErrorTest Nothing = new(0, 0, 0, 0, 4, -3);

    // Every count has another value, so that none can stand for another.
    private static readonly RolloutCounts Seen = new(
        new(500, 9), new(4000, 80), Record: new(1000, 40), Step: new(100, 2, 300, 15), Before: new(50, 1, 200, 30),
        Window: new(90, 2, 280, 4), WindowsBefore: new(45, 1, 180, 2), Burst: default, BurstSince: null, Recent: default, AloneBefore: -0.5, BesideBefore: 0.7);

    [Theory]
    [InlineData(4, 4, true)] // exactly spent
    [InlineData(3.999, 9, false)] // more errors than the champion, but not more than allowed
    [InlineData(9, 3.999, false)] // more than allowed, but not more than the champion
    [InlineData(9, 9, true)]
    public void It_fails_where_both_are_shown(double alone, double worse, bool fails) =>
        Assert.Equal(fails, (Nothing with { Alone = alone, Worse = worse, Beside = -9 }).Fails);

    [Theory]
    [InlineData(-3, 1, 1, true)] // exactly as clear as the least number of requests
    [InlineData(1, -3, 1, true)]
    [InlineData(1, 1, -3, true)]
    [InlineData(-2.999, -2.999, -2.999, false)]
    public void Any_of_the_three_clears_it(double alone, double beside, double worse, bool clears) =>
        Assert.Equal(clears, (Nothing with { Alone = alone, Beside = beside, Worse = worse }).Clears);

    [Fact]
    public void Nobody_has_to_be_clearer_than_what_is_forgotten_beyond()
    {
        ErrorTest test = Nothing with { ClearAt = -100 };
        Assert.True((test with { Alone = Floor }).Clears);
        Assert.False((test with { Alone = Math.BitIncrement(Floor) }).Clears);
    }

    [Fact]
    public void It_passes_where_a_bad_candidate_would_look_so_once_in_a_hundred()
    {
        double hundred = -Math.Log(0.01);
        Assert.True((Nothing with { ForPass = hundred }).Passes);
        Assert.False((Nothing with { ForPass = Math.BitDecrement(hundred) }).Passes);
    }

    [Fact]
    public void Innocence_is_forgotten_from_a_little_beyond_the_floor_on()
    {
        double far = Floor - 1;
        Assert.Same(Seen, (Nothing with { Alone = Math.BitIncrement(far), Beside = 2 }).Settle(Seen, lastStep: false));
        Assert.Same(Seen, (Nothing with { Alone = 2, Beside = Math.BitIncrement(far) }).Settle(Seen, lastStep: false));
        Assert.Equal(Seen.CloseWindow(Floor, 2), (Nothing with { Alone = far, Beside = 2 }).Settle(Seen, lastStep: false));
        Assert.Equal(Seen.CloseWindow(2, Floor), (Nothing with { Alone = 2, Beside = far }).Settle(Seen, lastStep: false));
        Assert.Equal(Seen.CloseWindow(-5, Floor), (Nothing with { Alone = -5, Beside = -50 }).Settle(Seen, lastStep: false));
    }

    [Fact]
    public void Nothing_is_forgotten_on_the_last_step_or_within_a_burst()
    {
        ErrorTest innocent = Nothing with { Alone = -50, Beside = -50 };
        RolloutCounts burst = Seen with { BurstSince = ManualClock.Start };
        Assert.Same(Seen, innocent.Settle(Seen, lastStep: true));
        Assert.Same(burst, innocent.Settle(burst, lastStep: false));
    }

    [Fact]
    public void A_step_that_ends_leaves_its_evidence_down_to_the_floor()
    {
        Assert.Equal(Seen.CloseStep(Floor, Floor), (Nothing with { Alone = -50, Beside = -50 }).CloseStep(Seen));
        Assert.Equal(Seen.CloseStep(-6, 3), (Nothing with { Alone = -6, Beside = 3 }).CloseStep(Seen));
    }

    [Fact]
    public void Beside_a_champion_that_errs_more_the_rates_rise() =>
        Is(ErrorTest.Of(Seen, new(), lastStep: false), 0.8774083212019134, 0.8155458796418441, 0.7872697393609619, 5.1800179265703585);

    [Fact]
    public void On_the_first_step_the_record_has_a_small_share_of_the_budget_too() =>
        Is(ErrorTest.Of(Seen with { WindowsBefore = new(45, 1, 0, 0) }, new(), lastStep: false), 0.8774083212019134, 0.8155458796418441, 0.7872697393609619, 5.1800179265703585);

    [Fact]
    public void Where_the_champion_is_not_asked_its_record_counts_a_little() =>
        Is(ErrorTest.Of(Seen with { Step = new(100, 20, 0, 0), Window = new(90, 20, 0, 0) }, new(), lastStep: false), 52.3879993594931, 0.7, 4.872764414099265, -1.9592437072108335);

    [Fact]
    public void On_the_last_step_the_record_stands_beside_what_was_seen_before() =>
        Is(ErrorTest.Of(Seen with { Window = new(90, 20, 280, 4) }, new(), lastStep: true), 52.3879993594931, 0.7, 4.872764414099265, -5.523118554840948);

    [Fact]
    public void Where_no_champion_was_ever_asked_beside_it_the_record_has_the_whole_budget() =>
        Is(ErrorTest.Of(Seen with { WindowsBefore = default }, new(), lastStep: true), 0.8774083212019134, 0.7, -4.559922709937293, 3.016930824215217);

    [Fact]
    public void Of_a_burst_one_failure_counts() =>
        Is(ErrorTest.Of(Seen with { Burst = new(6, 4, 20, 8), BurstSince = ManualClock.Start }, new(), lastStep: false), 3.6666746452783237, 0.8844336170228758, 0.8546416092702431, 4.662775611012014);

    [Fact]
    public void Rates_that_are_higher_than_can_be_are_cut() =>
        Is(ErrorTest.Of(Seen with { Record = new(1000, 999), Before = new(50, 1, 200, 199), Window = new(90, 88, 280, 279) }, new() { BadErrorRate = 0.6 }, lastStep: true), 463.92535581051953, 0.7, 0.648901424049551, 52.39131572052978, failAt: 4.605170185988092, clearAt: -73.06289782830851);

    [Fact]
    public void What_is_bad_may_be_worse_than_what_hardly_works() =>
        Is(ErrorTest.Of(Seen with { Window = new(90, 70, 280, 4) }, new() { BadErrorRate = 0.6, FalseAbort = 0.05, MinRequests = 10 }, lastStep: true), 352.11649120128544, 0.7, 123.00099246508046, -99.4776445334497, failAt: 2.995732273553991, clearAt: -9.132862228538563);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_any_record_the_policys_limit_alone_decides(bool last)
    {
        RolloutCounts counts = Seen with { Record = default, Before = default, Step = new(100, 2, 0, 0) };
        Assert.Equal(double.PositiveInfinity, ErrorTest.Of(counts, new(), last).Worse);
        Assert.True(double.IsFinite(ErrorTest.Of(counts with { Record = new(1, 0) }, new(), last).Worse));
        Assert.True(double.IsFinite(ErrorTest.Of(counts with { Before = new(0, 0, 1, 0) }, new(), last).Worse));
    }

    private static void Is(ErrorTest test, double alone, double beside, double worse, double forPass, double failAt = 4.605170185988091, double clearAt = -3.863102829380145)
    {
        Assert.Equal(alone, test.Alone, 9);
        Assert.Equal(beside, test.Beside, 9);
        Assert.Equal(worse, test.Worse, 9);
        Assert.Equal(forPass, test.ForPass, 9);
        Assert.Equal(failAt, test.FailAt, 9);
        Assert.Equal(clearAt, test.ClearAt, 9);
    }
}
