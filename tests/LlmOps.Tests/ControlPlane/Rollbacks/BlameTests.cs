using LlmOps.Releases;
using LlmOps.Rollbacks;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollbacks;

/// <summary>Borders, order and words of what an alert leads to. Times are seconds since the clock's start; the release at issue has traffic since 100 s.</summary>
public sealed class BlameTests
{
    private static readonly TimeSpan Cooldown = TimeSpan.FromMinutes(5);
    private static readonly Release Old = At("1.0.0", Phase.Done, 0) with { PromotedAt = Second(0), Slot = "blue" };
    private static readonly Release New = At("1.1.0", Phase.Progressing, 90) with { TrafficSince = Second(100), Champion = "1.0.0", Slot = "green" };
    private static readonly Release Guarded = New with { Phase = Phase.Guarded, PhaseSince = Second(200), PromotedAt = Second(200), GuardUntil = Second(400) };
    private static readonly Release RolledBack = New with { Phase = Phase.RolledBack, PhaseSince = Second(300), PromotedAt = Second(200) };

    [Theory]
    [InlineData(Phase.Uploaded, false, false)]
    [InlineData(Phase.Verified, false, false)]
    [InlineData(Phase.Staging, false, false)]
    [InlineData(Phase.Evaluating, false, false)]
    [InlineData(Phase.AwaitingApproval, false, false)]
    [InlineData(Phase.Progressing, true, true)] // Git may be ahead of its record
    [InlineData(Phase.Promoted, true, true)]
    [InlineData(Phase.Guarded, true, true)]
    [InlineData(Phase.Done, false, false)]
    [InlineData(Phase.Rejected, false, false)]
    [InlineData(Phase.Refused, false, false)]
    [InlineData(Phase.RolledBack, false, false)]
    [InlineData(Phase.Superseded, false, false)]
    [InlineData(Phase.Stalled, false, true)]
    public void A_release_has_traffic_that_can_be_taken_away(Phase phase, bool before, bool since)
    {
        Assert.Equal(before, Blame.HasTraffic(New with { Phase = phase, TrafficSince = null }));
        Assert.Equal(since, Blame.HasTraffic(New with { Phase = phase, TrafficSince = Second(100) }));
    }

    [Fact]
    public void A_shadow_has_nobody_that_an_alert_could_be_about()
    {
        Release shadow = New with { TrafficSince = null, Rollout = RolloutState.Start with { Shadow = new ShadowState(100, Second(95)) } };
        Assert.True(Blame.HasTraffic(shadow)); // for persons, who may roll it back
        Assert.Equal("1.0.0", Blame.Concerned(Alert(150, null), [Old, shadow])?.Version);
        Assert.Equal("Ignore", Blame.Decide(Alert(150), [Old, shadow], Cooldown, Second(151)).GetType().Name);
        Release passed = shadow with { Rollout = RolloutState.Start with { Shadow = new ShadowState(100, Second(95), Second(160)) } };
        Assert.Equal("Escalate", Blame.Decide(Alert(150), [Old, passed], Cooldown, Second(161)).GetType().Name);
    }

    [Theory]
    [InlineData("1.0.0", "1.0.0")]
    [InlineData("1.1.0", "1.1.0")]
    [InlineData("", "1.1.0")] // no version: the one on its way
    [InlineData(null, "1.1.0")]
    [InlineData("9.9.9", null)]
    public void An_alert_concerns_the_release_of_its_version(string? version, string? concerned) =>
        Assert.Equal(concerned, Blame.Concerned(Alert(150, version), [Old, New, At("1.2.0", Phase.Staging, 140)])?.Version);

    [Fact]
    public void Of_several_with_traffic_an_alert_without_version_concerns_the_last() =>
        Assert.Equal("1.2.0", Blame.Concerned(Alert(150, null), [Old, New with { Phase = Phase.Stalled }, New with { Version = "1.2.0" }])?.Version);

    [Fact]
    public void Of_two_records_of_one_version_the_first_is_concerned() =>
        Assert.Equal(1, Blame.Concerned(Alert(150), [New with { Gpu = 1 }, New with { Gpu = 2 }])?.Gpu);

    [Theory]
    [InlineData(Phase.Done, "1.1.0")] // promoted last, wherever it stands in the list
    [InlineData(Phase.RolledBack, "1.0.0")]
    [InlineData(Phase.Superseded, "1.0.0")]
    public void Without_traffic_underway_an_alert_without_version_concerns_what_was_promoted_last(Phase phase, string concerned) =>
        Assert.Equal(concerned, Blame.Concerned(Alert(150, null), [New with { Phase = phase, PromotedAt = Second(120) }, Old])?.Version);

    [Theory]
    [InlineData(null, "s2")] // the last that has traffic
    [InlineData("green", "s2")]
    [InlineData("blue", "1.0.0")] // the slot in which the version runs with the settings of before
    public void Other_settings_of_a_version_are_told_by_the_slot(string? slot, string concerned)
    {
        Release one = New with { Version = "s1", Settings = new SettingsChange("1.0.0", "d1", "c1") };
        Release[] releases = [Old, one, one with { Version = "s2" }, one with { Version = "s3", Phase = Phase.Staging }, New with { Version = "1.2.0" }];
        Assert.Equal(concerned, Blame.Concerned(Alert(150, "1.0.0", slot), releases)?.Version);
    }

    [Fact]
    public void An_empty_slot_is_none()
    {
        Release settings = New with { Version = "s1", Settings = new SettingsChange("1.0.0", "d1", "c1") };
        Assert.Equal("s1", Blame.Concerned(Alert(150, "1.0.0", ""), [Old, settings])?.Version);
    }

    [Theory]
    [InlineData(99, "Escalate: the alert began at 2026-08-22 10:01:39Z, before tiny-ops@1.1.0 had traffic (2026-08-22 10:01:40Z)")]
    [InlineData(100, "RollBack: Errors on tiny-ops@1.1.0: too many errors")]
    [InlineData(101, "RollBack: Errors on tiny-ops@1.1.0: too many errors")]
    public void An_alert_of_before_its_traffic_is_not_its_fault(int startsAt, string decision) => Assert.Equal(decision, Decide(Alert(startsAt), 500, Old, New));

    [Theory]
    [InlineData(89, "Escalate: the alert began at 2026-08-22 10:01:29Z, before tiny-ops@1.1.0 had traffic (2026-08-22 10:01:30Z)")]
    [InlineData(90, "RollBack: Errors on tiny-ops@1.1.0: too many errors")]
    public void Until_its_record_knows_better_its_traffic_began_with_its_phase(int startsAt, string decision) =>
        Assert.Equal(decision, Decide(Alert(startsAt), 500, Old, New with { TrafficSince = null }));

    [Fact]
    public void A_summary_that_is_missing_is_the_alerts_name() => Assert.Equal(
        "RollBack: Errors on tiny-ops@1.1.0: Errors", Decide(Alert(150) with { Annotations = null }, 500, Old, New));

    [Theory]
    [InlineData(401, 402, "Escalate: the guard window of tiny-ops@1.1.0 had ended when the alert began")]
    [InlineData(400, 402, "RollBack: Errors on tiny-ops@1.1.0: too many errors")] // began with its last moment
    [InlineData(399, 402, "RollBack: Errors on tiny-ops@1.1.0: too many errors")] // began in it, and came late
    [InlineData(401, 400, "RollBack: Errors on tiny-ops@1.1.0: too many errors")] // by our clock it has not ended
    [InlineData(401, 399, "RollBack: Errors on tiny-ops@1.1.0: too many errors")]
    public void An_alert_after_the_guard_window_is_for_people(int startsAt, int now, string decision) =>
        Assert.Equal(decision, Decide(Alert(startsAt), now, Old, Guarded));

    [Theory]
    [InlineData(Phase.Promoted, 400)]
    [InlineData(Phase.Progressing, 400)]
    [InlineData(Phase.Stalled, 400)]
    [InlineData(Phase.Guarded, null)]
    public void Only_a_guard_window_that_is_known_can_have_ended(Phase phase, int? guardUntil) => Assert.Equal(
        "RollBack: Errors on tiny-ops@1.1.0: too many errors",
        Decide(Alert(401), 500, Old, Guarded with { Phase = phase, GuardUntil = guardUntil is { } until ? Second(until) : null }));

    [Theory]
    [InlineData(300, "RollBack: Errors on tiny-ops@1.2.0: too many errors")] // exactly over
    [InlineData(299.6, "Escalate: tiny-ops@1.1.0 was rolled back 300 s ago; rollbacks rest for 5 min")]
    [InlineData(0, "Escalate: tiny-ops@1.1.0 was rolled back 0 s ago; rollbacks rest for 5 min")]
    [InlineData(301, "RollBack: Errors on tiny-ops@1.2.0: too many errors")]
    public void Rollbacks_rest_after_one(double ago, string decision) => Assert.Equal(
        decision, Decide(Alert(150, "1.2.0"), 300 + ago, Old, RolledBack, New with { Version = "1.2.0" }));

    [Theory]
    [InlineData(Phase.Superseded)]
    [InlineData(Phase.Refused)]
    [InlineData(Phase.Done)]
    public void Nothing_rests_after_another_end(Phase phase) => Assert.Equal(
        "RollBack: Errors on tiny-ops@1.2.0: too many errors", Decide(Alert(150, "1.2.0"), 310, Old, RolledBack with { Phase = phase }, New with { Version = "1.2.0" }));

    [Fact]
    public void A_first_release_has_nothing_to_go_back_to() => Assert.Equal(
        "Escalate: tiny-ops@1.1.0 is the first release: there is no last good version", Decide(Alert(50), 500, Guarded with { Champion = null, GuardUntil = Second(10) }));

    [Fact]
    public void What_began_before_the_traffic_is_told_rather_than_the_rest_after_a_rollback() => Assert.StartsWith(
        "Escalate: the alert began at", Decide(Alert(99, "1.2.0"), 310, Old, RolledBack, New with { Version = "1.2.0" }), StringComparison.Ordinal);

    [Fact]
    public void The_end_of_the_guard_window_is_told_rather_than_the_rest_after_a_rollback() => Assert.StartsWith(
        "Escalate: the guard window of", Decide(Alert(401, "1.2.0"), 402, Old, RolledBack, Guarded with { Version = "1.2.0" }), StringComparison.Ordinal);

    [Fact]
    public void Nothing_known_is_ignored()
    {
        Assert.Equal("Ignore: no release of model 'tiny-ops' is known", Decide(Alert(150), 500));
        Assert.Equal("Ignore: no release of model 'tiny-ops' is known", Decide(Alert(150, null), 500));
        Assert.Equal("Ignore: no release of tiny-ops has version '9.9.9' and traffic", Decide(Alert(150, "9.9.9"), 500, Old, New));
        Assert.Equal("Ignore: no release of tiny-ops has version '' and traffic", Decide(Alert(150, null), 500, At("1.0.0", Phase.Staging, 0)));
    }

    [Fact]
    public void What_is_rolled_back_is_not_rolled_back_again() =>
        Assert.Equal("Ignore: tiny-ops@1.1.0 is rolled back already", Decide(Alert(150), 310, Old, RolledBack));

    [Theory]
    [InlineData(199, false)]
    [InlineData(200, true)] // promoted in this moment
    [InlineData(299, true)]
    [InlineData(300, false)] // rolled back in this moment
    public void An_alert_that_comes_late_belongs_to_who_had_the_traffic(int startsAt, bool ignored) => Assert.Equal(
        ignored ? "Ignore: tiny-ops@1.1.0 had all the traffic when it began" : "Escalate: the guard window of tiny-ops@1.0.0 has ended: no version is warm to go back to",
        Decide(Alert(startsAt, "1.0.0"), 310, Old, RolledBack));

    [Fact]
    public void Only_the_rolled_back_successor_of_the_version_can_have_had_its_traffic()
    {
        const string ended = "Escalate: the guard window of tiny-ops@1.0.0 has ended: no version is warm to go back to";
        Assert.Equal(ended, Decide(Alert(250, "1.0.0"), 310, Old, RolledBack with { Phase = Phase.Superseded }));
        Assert.Equal(ended, Decide(Alert(250, "1.0.0"), 310, Old, RolledBack with { Champion = "0.9.0" }));
        Assert.Equal(ended, Decide(Alert(250, "1.0.0"), 310, Old, RolledBack with { PromotedAt = null }));
    }

    [Theory]
    [InlineData(Phase.Promoted)]
    [InlineData(Phase.Guarded)]
    [InlineData(Phase.Done)]
    public void A_version_that_another_followed_has_no_traffic(Phase phase) => Assert.Equal(
        "Ignore: tiny-ops@1.0.0 (Done) has no traffic", Decide(Alert(250, "1.0.0"), 310, Guarded with { Phase = phase }, Old));

    [Theory]
    [InlineData(Phase.Uploaded)]
    [InlineData(Phase.Staging)]
    [InlineData(Phase.AwaitingApproval)]
    [InlineData(Phase.Refused)]
    [InlineData(Phase.Superseded)]
    [InlineData(Phase.Stalled)]
    public void A_release_that_never_had_traffic_is_not_to_blame(Phase phase) => Assert.Equal(
        $"Ignore: tiny-ops@1.1.0 ({phase}) has no traffic", Decide(Alert(150), 310, Old, New with { Phase = phase, TrafficSince = null }));

    [Fact]
    public void Only_a_warm_slot_that_is_known_to_fail_stops_a_rollback()
    {
        BlameDecision rollBack = new BlameDecision.RollBack("Errors on it");
        Assert.Equal(new BlameDecision.Escalate("the version to go back to, 1.0.0, fails too: Errors on it"), Blame.Confirm(rollBack, WarmSlot.Bad, "1.0.0"));
        Assert.Same(rollBack, Blame.Confirm(rollBack, WarmSlot.Good, "1.0.0"));
        Assert.Same(rollBack, Blame.Confirm(rollBack, WarmSlot.Unknown, "1.0.0"));
    }

    [Theory]
    [InlineData(WarmSlot.Good)]
    [InlineData(WarmSlot.Bad)]
    [InlineData(WarmSlot.Unknown)]
    public void A_warm_slot_changes_nothing_but_a_rollback(WarmSlot probe)
    {
        BlameDecision escalate = new BlameDecision.Escalate("why"), ignore = new BlameDecision.Ignore("why");
        Assert.Same(escalate, Blame.Confirm(escalate, probe, "1.0.0"));
        Assert.Same(ignore, Blame.Confirm(ignore, probe, "1.0.0"));
    }

    private static string Decide(Alert alert, double now, params Release[] releases)
    {
        BlameDecision decision = Blame.Decide(alert, releases, Cooldown, Second(now));
        return $"{decision.GetType().Name}: {decision.Reason}";
    }

    private static Alert Alert(double startsAt, string? version = "1.1.0", string? slot = null)
    {
        Dictionary<string, string> labels = new() { ["alertname"] = "Errors", ["model"] = "tiny-ops" };
        foreach ((string label, string? value) in new[] { ("version", version), ("slot", slot) })
        {
            if (value is not null)
            {
                labels[label] = value;
            }
        }
        return new("firing", labels, Second(startsAt), default, "f00d", new Dictionary<string, string> { ["summary"] = "too many errors" });
    }

    private static Release At(string version, Phase phase, double since) => new()
    {
        Model = "tiny-ops", Version = version, Digest = $"digest of {version}", Phase = phase, UploadedAt = Second(0), PhaseSince = Second(since),
    };

    private static DateTimeOffset Second(double seconds) => ManualClock.Start.AddSeconds(seconds);
}
