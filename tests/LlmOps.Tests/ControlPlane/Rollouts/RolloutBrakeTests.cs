using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Rollouts;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollouts;

public sealed class RolloutBrakeTests
{
    private const string Frozen = "is frozen by ann: audit";
    private static readonly RolloutCounts Counts = RolloutCounts.Begin(default, default).Look(new(80, 2), new(800, 3), ManualClock.Start);
    private static readonly ModelPolicy Policy = new();
    private static readonly ModelPolicy TwoPersons = new()
    {
        Approval = new ApprovalPolicy { Required = ApprovalRequired.Always, Before = [ApprovalStage.Promoted], Count = 2 },
    };

    private static readonly Release Release = new()
    {
        Model = "tiny-ops", Version = "1.1.0", Digest = "d1", Phase = Phase.Progressing, UploadedAt = ManualClock.Start, PhaseSince = ManualClock.Start,
        Rollout = RolloutState.Start with { Percent = 25 },
    };

    [Fact]
    public void Nothing_stops_a_rollout_that_nobody_stopped()
    {
        Assert.Null(RolloutBrake.Why(Release, Policy, null, 50));
        Assert.Null(RolloutBrake.Why(Release, Policy, null, 100));
    }

    [Fact]
    public void Who_holds_it_is_told_first() => Assert.Equal(
        "ann holds it: odd answers; `llmops resume tiny-ops@1.1.0` lets it go on",
        RolloutBrake.Why(Release with { Held = Said("odd answers") }, TwoPersons, Frozen, 100));

    [Fact]
    public void A_freeze_is_told_as_it_is() => Assert.Equal(Frozen, RolloutBrake.Why(Release, TwoPersons, Frozen, 100));

    [Theory]
    [InlineData(100, 0, "waits for 2 approval(s) before it gets all the traffic: `llmops approve tiny-ops@1.1.0`")]
    [InlineData(100, 1, "waits for 1 approval(s) before it gets all the traffic: `llmops approve tiny-ops@1.1.0`")]
    [InlineData(100, 2, null)]
    [InlineData(50, 0, null)] // only all of the traffic waits for them
    [InlineData(99, 0, null)]
    public void All_the_traffic_waits_for_approvals(int next, int given, string? brake)
    {
        Approval[] approvals = [.. Enumerable.Range(0, given).Select(person => new Approval($"person {person}", "fine", ManualClock.Start, "d1", ApprovalStage.Promoted))];
        Assert.Equal(brake, RolloutBrake.Why(Release with { Approvals = approvals }, TwoPersons, null, next));
    }

    [Fact]
    public void Approvals_of_the_first_traffic_or_of_another_digest_do_not_count()
    {
        Approval early = new("ann", "fine", ManualClock.Start, "d1", ApprovalStage.Progressing);
        Release release = Release with { Approvals = [early, early with { Digest = "d2", Stage = ApprovalStage.Promoted }] };
        Assert.StartsWith("waits for 2 ", RolloutBrake.Why(release, TwoPersons, null, 100), StringComparison.Ordinal);
    }

    [Fact]
    public void A_brake_holds_whatever_would_go_on_or_stall_but_never_a_rollback()
    {
        RolloutDecision held = new RolloutDecision.Hold(Frozen);
        Release hastened = Release with { Hastened = Said("outage elsewhere") };
        foreach (RolloutDecision judged in All.Where(judged => judged is not RolloutDecision.RollBack))
        {
            Assert.Equal(held, RolloutBrake.Decide(judged, Release, Frozen));
            Assert.Equal(held, RolloutBrake.Decide(judged, hastened, Frozen));
        }
        RolloutDecision rollBack = All.OfType<RolloutDecision.RollBack>().Single();
        Assert.Same(rollBack, RolloutBrake.Decide(rollBack, hastened, Frozen));
        Assert.Same(rollBack, RolloutBrake.Decide(rollBack, hastened, null));
    }

    [Fact]
    public void Without_a_brake_or_haste_what_was_judged_is_done() =>
        Assert.All(All, judged => Assert.Same(judged, RolloutBrake.Decide(judged, Release, null)));

    [Theory]
    [InlineData(25, "Advance")]
    [InlineData(99, "Advance")]
    [InlineData(100, "Promote")]
    public void Haste_ends_waits_and_stalls(int percent, string next)
    {
        Release hastened = Release with { Hastened = Said("outage elsewhere"), Rollout = RolloutState.Start with { Percent = percent } };
        foreach (RolloutDecision judged in All.Where(judged => judged is RolloutDecision.Hold or RolloutDecision.Stall))
        {
            RolloutDecision decision = RolloutBrake.Decide(judged, hastened, null);
            Assert.Equal(next, decision.GetType().Name);
            Assert.Equal("ann had the wait skipped: why: 80 requests, 2 failed; since the rollout began 80, 2 failed", decision.Reason);
        }
        Assert.All(All.Where(judged => judged is RolloutDecision.Advance or RolloutDecision.Promote), judged => Assert.Same(judged, RolloutBrake.Decide(judged, hastened, null)));
    }

    private static RolloutDecision[] All =>
    [
        new RolloutDecision.Advance("why", Counts), new RolloutDecision.Hold("why", Counts), new RolloutDecision.Promote("why", Counts),
        new RolloutDecision.RollBack("why", Counts), new RolloutDecision.Stall("why", Counts),
    ];

    private static PersonsWord Said(string reason) => new("ann", reason, ManualClock.Start);
}
