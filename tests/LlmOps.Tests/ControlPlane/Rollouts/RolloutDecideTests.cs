using System.Text.Json;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollouts;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollouts;

public sealed class RolloutDecideTests
{
    private static readonly RolloutPolicy Policy = new();

    [Theory]
    [InlineData(false, 60, 100, 0, "Hold")] // the step has not stood two minutes
    [InlineData(false, 150, 79, 0, "Hold")] // too few requests
    [InlineData(false, 150, 80, 0, "Advance")]
    [InlineData(false, 150, 80, 1, "Hold")] // a failure wants more requests
    [InlineData(false, 150, 140, 1, "Advance")]
    [InlineData(true, 150, 80, 0, "Hold")] // no verdict yet
    [InlineData(true, 150, 120, 0, "Promote")]
    [InlineData(false, 30, 20, 5, "RollBack")] // at once
    [InlineData(true, 150, 200, 20, "RollBack")]
    [InlineData(false, 43_200, 59, 0, "Stall")]
    [InlineData(true, 43_200, 60, 1, "Stall")]
    [InlineData(true, 43_200, 200, 20, "RollBack")] // bad is bad, also late
    [InlineData(false, 150, 0, 0, "Hold")]
    public void A_step_is_judged(bool last, int seconds, long requests, long failed, string decision) =>
        Assert.Equal(decision, Decide(Seen(new(requests, failed), new(1000, 3)), last, seconds));

    [Theory]
    [InlineData(150, "Hold")]
    [InlineData(43_200, "Stall")]
    public void No_data_is_not_zero(int seconds, string decision) => Assert.Equal(decision, Decide(null, last: true, seconds));

    [Fact]
    public void A_counter_that_went_back_began_again()
    {
        RolloutCounts counts = RolloutCounts.Begin(new(100, 3), new(500, 9)).Look(new(7, 1), new(20, 0), At(1));
        Assert.Equal(new PairCount(7, 1, 20, 0), counts.Step);
    }

    [Fact]
    public void What_was_counted_survives_a_restart()
    {
        RolloutState state = RolloutState.Start with { Counts = Seen(new(80, 2), new(900, 4)).CloseStep(-1.5, -1.25).Look(new(90, 3), new(950, 5), At(100)) };
        RolloutState read = JsonSerializer.Deserialize<RolloutState>(JsonSerializer.Serialize(state, Wire.Json), Wire.Json)!;
        Assert.Equal(state.Counts, read.Counts);
        Assert.Equal(state.Counts!.Look(new(91, 4), new(960, 5), At(101)), read.Counts!.Look(new(91, 4), new(960, 5), At(101)));
    }

    [Fact]
    public void A_clients_retries_count_as_one_failure()
    {
        RolloutCounts counts = RolloutCounts.Begin(default, default);
        counts = counts.Look(new(1, 1), new(0, 0), At(10)).Look(new(2, 2), new(0, 0), At(10.5)).Look(new(3, 3), new(0, 0), At(11.5));
        Assert.Equal((1.0, 1.0), (counts.Weighed.Requests, counts.Weighed.Failed));
        counts = counts.Look(new(4, 4), new(0, 0), At(30));
        Assert.Equal((2.0, 2.0), (counts.Weighed.Requests, counts.Weighed.Failed));
        Assert.Equal(4, counts.Step.Failed);
    }

    [Fact]
    public void A_candidate_as_bad_as_its_champion_is_not_rolled_back()
    {
        Assert.Equal("RollBack", Decide(Seen(new(200, 40), new(800, 4)), last: false, 150));
        Assert.Equal("Hold", Decide(Seen(new(200, 40), new(800, 160)), last: false, 150));
    }

    [Fact]
    public void At_the_last_step_the_champions_record_stands_for_it()
    {
        Assert.Equal("RollBack", Decide(Seen(new(200, 30), default, record: new(5000, 25)), last: true, 150));
        Assert.NotEqual("RollBack", Decide(Seen(new(200, 30), default, record: new(5000, 750)), last: true, 150));
    }

    [Fact]
    public void A_champion_without_a_record_excuses_nobody() =>
        Assert.Equal("RollBack", Decide(Seen(new(200, 30), default), last: true, 150));

    [Fact]
    public void A_step_up_waits_while_the_champion_fails_too() =>
        Assert.Equal("Hold", Decide(Seen(new(80, 0), new(80, 0)).Look(new(80, 0), new(120, 20), At(99)), last: false, 150));

    [Fact]
    public void Evidence_of_the_steps_before_is_kept()
    {
        RolloutCounts counts = Seen(new(60, 3), new(1000, 4));
        ErrorTest before = ErrorTest.Of(counts, Policy, lastStep: false);
        ErrorTest after = ErrorTest.Of(before.CloseStep(counts), Policy, lastStep: false);
        Assert.Equal((before.Alone, before.Beside), (after.Alone, after.Beside));
        Assert.True(before.Beside > 0);
    }

    [Fact]
    public void A_long_innocence_does_not_excuse_a_candidate_that_turns_bad()
    {
        RolloutCounts counts = RolloutCounts.Begin(default, default);
        for (int look = 1; look <= 100; look++)
        {
            counts = counts.Look(new(100 * look, 0), new(100 * look, 0), At(look));
            counts = ErrorTest.Of(counts, Policy, lastStep: false).Settle(counts, lastStep: false);
        }
        for (int look = 1; look <= 12; look++)
        {
            counts = counts.Look(new(10_000 + (10 * look), look), new(10_000 + (10 * look), 0), At(100 + (5 * look)));
        }
        Assert.Equal("RollBack", Decide(counts, last: false, 300));
    }

    private static string Decide(RolloutCounts? counts, bool last, int seconds) =>
        Rollout.Decide(last, ManualClock.Start, counts, [], Policy, At(seconds)).GetType().Name;

    // One failure a look, five seconds apart, so that none is taken for another's retry.
    private static RolloutCounts Seen(TrafficCount candidate, TrafficCount champion, TrafficCount record = default)
    {
        RolloutCounts counts = RolloutCounts.Begin(default, record);
        long looks = Math.Max(1, candidate.Failed);
        for (long look = 1; look <= looks; look++)
        {
            counts = counts.Look(Part(candidate, look, looks), record + Part(champion, look, looks), At(5 * look));
        }
        return counts;
    }

    private static TrafficCount Part(TrafficCount all, long part, long of) => new(all.Requests * part / of, all.Failed * part / of);

    private static DateTimeOffset At(double seconds) => ManualClock.Start.AddSeconds(seconds);
}
