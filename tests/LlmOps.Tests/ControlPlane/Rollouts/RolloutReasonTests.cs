using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Rollouts;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollouts;

/// <summary>Borders, order and words of a step's judgement, under the policy's defaults: 80 requests, 2 minutes, 12 hours, 0.3 % and 5 % of errors.</summary>
public sealed class RolloutReasonTests
{
    private const string Good = ": 200 requests, 0 failed; since the rollout began 300, 1 failed";
    private static readonly RolloutPolicy Policy = new();
    private static readonly TimeSpan Deadline = TimeSpan.FromHours(12);
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);
    private static readonly RolloutCounts Healthy = Counts(200, 0) with { Before = new PairCount(100, 1, 1000, 2), Record = new(1000, 2) };
    private static readonly RolloutCounts Sick = Counts(80, 20);
    private static readonly MetricVerdict Passed = new("latency_p95", Outcome.Pass, "1 to 2 ms");
    private static readonly MetricVerdict Open = new("latency_p99", Outcome.Inconclusive, "1 to ? ms");
    private static readonly MetricVerdict Failed = new("truncated_rate", Outcome.Fail, "9 to 10 %");

    [Fact]
    public void A_reason_without_counts_is_the_reason_alone() => Assert.Equal("why", new RolloutDecision.Hold("why").Reason);

    [Fact]
    public void A_reason_says_what_was_counted_on_the_step_and_in_all() => Assert.Equal(
        "why: 80 requests, 2 failed; since the rollout began 180, 5 failed",
        new RolloutDecision.Hold("why", Counts(80, 2) with { Before = new PairCount(100, 3, 0, 0) }).Reason);

    [Theory]
    [InlineData(-1, "Hold: no data on the candidate's requests")]
    [InlineData(0, "Stall: no data on the candidate's requests, after 12:00:00")]
    public void No_data_holds_until_the_deadline(int ticks, string decision)
    {
        Assert.Equal(decision, Decide(null, false, Deadline + TimeSpan.FromTicks(ticks)));
        Assert.Equal(decision, Decide(null, true, Deadline + TimeSpan.FromTicks(ticks), Failed));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 43_200)]
    public void Errors_roll_back_at_once_and_before_all_else(bool last, int seconds) => Assert.Equal(
        "RollBack: more errors than a healthy version's 0.3 %, and than the champion's: 80 requests, 20 failed; since the rollout began 80, 20 failed",
        Decide(Sick with { Record = new(1000, 0) }, last, TimeSpan.FromSeconds(seconds), Failed, Open));

    [Theory]
    [InlineData(0)]
    [InlineData(43_200)]
    public void A_worse_metric_rolls_back_at_once(int seconds) => Assert.Equal(
        "RollBack: truncated_rate is worse than the champion's: 9 to 10 %" + Good,
        Decide(Healthy, false, TimeSpan.FromSeconds(seconds), Passed, Open, Failed, Failed with { Metric = "other" }));

    [Fact]
    public void A_worse_metric_needs_no_least_number_of_requests() => Assert.StartsWith(
        "RollBack: truncated_rate is worse", Decide(Counts(1, 0), false, TimeSpan.Zero, Failed), StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, "Hold: the step is to stand longer" + Good)]
    [InlineData(0, "Advance: no sign of more errors" + Good)] // the least time is exactly over
    public void A_step_stands_its_time(int ticks, string decision) =>
        Assert.Equal(decision, Decide(Healthy, false, Policy.MinStep + TimeSpan.FromTicks(ticks)));

    [Fact]
    public void A_step_that_is_young_and_saw_little_is_to_stand_longer() => Assert.StartsWith(
        "Hold: the step is to stand longer: 79 ", Decide(Counts(79, 0), false, TimeSpan.Zero, Open), StringComparison.Ordinal);

    [Theory]
    [InlineData(79, -1, "Hold: not enough data: 79 requests, 0 failed; since the rollout began 79, 0 failed")]
    [InlineData(79, 0, "Stall: not enough data, after 12:00:00: 79 requests, 0 failed; since the rollout began 79, 0 failed")]
    [InlineData(80, -1, "Advance: no sign of more errors: 80 requests, 0 failed; since the rollout began 80, 0 failed")] // exactly enough
    [InlineData(80, 0, "Advance: no sign of more errors: 80 requests, 0 failed; since the rollout began 80, 0 failed")] // a verdict is a verdict, also late
    public void A_step_must_have_seen_so_many_requests(int requests, int ticks, string decision) =>
        Assert.Equal(decision, Decide(Counts(requests, 0), false, Deadline + TimeSpan.FromTicks(ticks)));

    [Theory]
    [InlineData(79, 2, "Hold: not enough data: 79 requests, 2 failed; since the rollout began 79, 2 failed")]
    [InlineData(80, 1, "Hold: errors that chance may explain, or not: 80 requests, 1 failed; since the rollout began 80, 1 failed")]
    public void What_is_missing_first_is_told(int requests, int failed, string decision) =>
        Assert.Equal(decision, Decide(Counts(requests, failed) with { Recent = new(50, 30) }, false, Late, Open));

    [Fact]
    public void Errors_without_a_verdict_stall_at_the_deadline() => Assert.StartsWith(
        "Stall: errors that chance may explain, or not, after 12:00:00: 80", Decide(Counts(80, 1), false, Deadline), StringComparison.Ordinal);

    [Theory]
    [InlineData(10, 1, false)] // one failure is none
    [InlineData(50, 2, true)]
    [InlineData(100, 2.6, false)] // half-way between healthy and bad is 2.65 %
    [InlineData(100, 2.7, true)]
    [InlineData(50, 0, false)]
    public void A_step_up_waits_while_the_champion_is_in_trouble(double requests, double failed, bool waits) => Assert.Equal(
        waits ? "Hold: the champion fails too just now, and with more traffic the candidate would have the blame" + Good : "Advance: no sign of more errors" + Good,
        Decide(Healthy with { Recent = new(requests, failed) }, false, Late));

    [Theory]
    [InlineData(2, "Advance")] // exactly half-way
    [InlineData(2.001, "Hold")]
    public void Trouble_begins_above_half_way(double failed, string decision) => Assert.Equal(
        decision,
        Rollout.Decide(false, ManualClock.Start, Counts(80, 0) with { Recent = new(4, failed) }, [],
            Policy with { MaxErrorRate = 0.25, BadErrorRate = 0.75 }, ManualClock.Start + Late).GetType().Name);

    [Fact]
    public void Trouble_of_the_champion_is_told_rather_than_an_open_metric() => Assert.StartsWith(
        "Stall: the champion fails too just now, and with more traffic the candidate would have the blame, after 12:00:00",
        Decide(Healthy with { Recent = new(50, 30) }, false, Deadline, Open), StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_metric_without_a_verdict_waits(bool last)
    {
        MetricVerdict other = Open with { Metric = "other" };
        Assert.Equal("Hold: no verdict yet on latency_p99: 1 to ? ms" + Good, Decide(Healthy, last, Deadline - TimeSpan.FromTicks(1), Passed, Open, other));
        Assert.Equal("Stall: no verdict yet on latency_p99: 1 to ? ms, after 12:00:00" + Good, Decide(Healthy, last, Deadline, Passed, Open, other));
    }

    [Fact]
    public void A_step_up_and_a_promotion_say_what_was_measured()
    {
        MetricVerdict rate = new("truncated_rate", Outcome.Pass, "1 to 2 %");
        Assert.Equal("Advance: no sign of more errors; latency_p95 1 to 2 ms; truncated_rate 1 to 2 %" + Good, Decide(Healthy, false, Late, Passed, rate));
        Assert.Equal("Promote: as good as it must be; latency_p95 1 to 2 ms; truncated_rate 1 to 2 %" + Good, Decide(Healthy, true, Late, Passed, rate));
        Assert.Equal("Promote: as good as it must be" + Good, Decide(Healthy, true, Late));
    }

    [Fact]
    public void On_the_last_step_the_champion_of_just_before_holds_nobody() => Assert.StartsWith(
        "Promote: ", Decide(Healthy with { Recent = new(50, 30) }, true, Late), StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, "Hold: no verdict yet: 80 requests, 0 failed; since the rollout began 80, 0 failed")]
    [InlineData(0, "Stall: no verdict yet, after 12:00:00: 80 requests, 0 failed; since the rollout began 80, 0 failed")]
    public void Enough_for_a_step_is_not_enough_for_promotion(int ticks, string decision) =>
        Assert.Equal(decision, Decide(Counts(80, 0) with { Record = new(1000, 2) }, true, Deadline + TimeSpan.FromTicks(ticks), Passed));

    private static string Decide(RolloutCounts? counts, bool last, TimeSpan stood, params MetricVerdict[] metrics)
    {
        RolloutDecision decision = Rollout.Decide(last, ManualClock.Start, counts, metrics, Policy, ManualClock.Start + stood);
        Assert.Same(counts, decision.Counts);
        return $"{decision.GetType().Name}: {decision.Reason}";
    }

    // One step of so many requests beside a champion that answered four times as many without a failure.
    private static RolloutCounts Counts(double requests, double failed)
    {
        PairCount seen = new(requests, failed, 4 * requests, 0);
        return RolloutCounts.Begin(default, default) with { Step = seen, Window = seen };
    }
}
