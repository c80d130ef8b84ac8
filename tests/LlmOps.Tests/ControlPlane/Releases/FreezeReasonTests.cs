using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Releases;

/// <summary>What people read of a freeze, which of several is told, and the borders of how many rollbacks are too many.</summary>
public sealed class FreezeReasonTests
{
    private const string TwoRollbacks = "is frozen: 2 rollback(s) of tiny-ops within 24 h; `llmops resume tiny-ops` lifts it when a person has looked";
    private static readonly KillSwitch Pulled = new() { Frozen = true, By = "ann", Reason = "audit" };
    private static readonly FreezeFacts RolledBackTwice = new(new KillSwitch(), [Hour(1), Hour(2)], null);

    private static readonly ModelPolicy Nightly = new()
    {
        Freeze = [new FreezeWindow { From = "03:00", To = "04:00" }, new FreezeWindow { From = "09:00", To = "11:00" }, new FreezeWindow { From = "08:00", To = "12:00" }],
    };

    [Fact]
    public void Nothing_freezes_what_nobody_froze() =>
        Assert.Null(RolloutFreeze.Decide("tiny-ops", new(new KillSwitch { By = "ann", Reason = "audit" }, [], null), new ModelPolicy(), ManualClock.Start));

    [Fact]
    public void A_switch_that_cannot_be_read_is_told_first() => Assert.Equal(
        "is frozen: freeze.yaml cannot be read", RolloutFreeze.Decide("tiny-ops", RolledBackTwice with { Switch = null }, Nightly, ManualClock.Start));

    [Fact]
    public void A_switch_says_who_and_why() => Assert.Equal(
        "is frozen by ann: audit; freeze.yaml says so", RolloutFreeze.Decide("tiny-ops", RolledBackTwice with { Switch = Pulled }, Nightly, ManualClock.Start));

    [Fact]
    public void What_people_write_into_the_switch_is_one_line_of_a_bounded_length()
    {
        KillSwitch loud = Pulled with { By = new string('a', 101), Reason = "line\nline " + new string('b', 300) };
        Assert.Equal(
            $"is frozen by {new string('a', 100)}…: line line {new string('b', 290)}…; freeze.yaml says so",
            RolloutFreeze.Decide("tiny-ops", RolledBackTwice with { Switch = loud }, Nightly, ManualClock.Start));
    }

    [Fact]
    public void Of_the_windows_the_first_that_holds_is_told_rather_than_the_rollbacks() =>
        Assert.Equal("is frozen from 09:00 to 11:00 UTC", RolloutFreeze.Decide("tiny-ops", RolledBackTwice, Nightly, ManualClock.Start));

    [Fact]
    public void Rollbacks_freeze_outside_of_windows() =>
        Assert.Equal(TwoRollbacks, RolloutFreeze.Decide("tiny-ops", RolledBackTwice, Nightly, ManualClock.Start.AddHours(5)));

    [Theory]
    [InlineData(1, new double[0], null)]
    [InlineData(1, new[] { 5.0 }, "is frozen: 1 rollback(s) of tiny-ops within 24 h; `llmops resume tiny-ops` lifts it when a person has looked")]
    [InlineData(2, new[] { 5.0 }, null)]
    [InlineData(2, new[] { 5.0, 5.0 }, TwoRollbacks)]
    [InlineData(2, new[] { 0.0, 24.0 }, TwoRollbacks)] // exactly as far apart as counts
    [InlineData(2, new[] { 0.0, 24.001 }, null)]
    [InlineData(2, new[] { 24.001, 0.0 }, null)] // in whatever order
    [InlineData(2, new[] { 24.0, 0.0 }, TwoRollbacks)]
    [InlineData(2, new[] { 0.0, 100.0, 101.0 }, TwoRollbacks)] // any two are enough
    [InlineData(2, new[] { 0.0, 1.0, 100.0 }, TwoRollbacks)]
    [InlineData(2, new[] { 101.0, 0.0, 100.0 }, TwoRollbacks)]
    [InlineData(3, new[] { 0.0, 1.0 }, null)]
    [InlineData(3, new[] { 0.0, 1.0, 25.0 }, null)]
    [InlineData(3, new[] { 0.0, 1.0, 24.0 }, "is frozen: 3 rollback(s) of tiny-ops within 24 h; `llmops resume tiny-ops` lifts it when a person has looked")]
    public void So_many_rollbacks_within_a_time_are_too_many(int most, double[] hours, string? reason) => Assert.Equal(
        reason, RolloutFreeze.AfterRollbacks("tiny-ops", new(new KillSwitch(), [.. hours.Select(Hour)], null), new FreezeAfter { Rollbacks = most }));

    [Theory]
    [InlineData(-1, true)]
    [InlineData(1, false)] // lifted in the moment of the first, which has been looked into so
    [InlineData(0.999, true)]
    [InlineData(2, false)]
    public void Only_rollbacks_after_somebody_looked_count(double lifted, bool frozen) => Assert.Equal(
        frozen ? TwoRollbacks : null, RolloutFreeze.AfterRollbacks("tiny-ops", RolledBackTwice with { LiftedAt = Hour(lifted) }, new FreezeAfter()));

    [Fact]
    public void The_time_within_which_they_count_is_told_as_people_say_it() => Assert.Equal(
        "is frozen: 2 rollback(s) of tiny-ops within 1 h 30 min; `llmops resume tiny-ops` lifts it when a person has looked",
        RolloutFreeze.AfterRollbacks("tiny-ops", RolledBackTwice, new FreezeAfter { Within = TimeSpan.FromMinutes(90) }));

    private static DateTimeOffset Hour(double hours) => ManualClock.Start.AddHours(hours - 200);
}
