using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Releases;
using LlmOps.Rollbacks;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

public sealed class RollbackStoryTests
{
    private static RouteManifest Route(LoopFixture loop) => RouteManifest.Read("tiny-ops", "route", loop.Git.Text("apps/tiny-ops/route.yaml"));

    private static IEnumerable<MemoryGit.Snapshot> Rollbacks(LoopFixture loop) =>
        loop.Git.Commits.Where(c => c.Commit.Trailers.ContainsKey("Rolls-Back"));

    private static async Task Alert(LoopFixture loop, params object[] alerts)
    {
        await loop.For(TimeSpan.FromSeconds(2));
        Assert.Equal(202, (await loop.Post(Alerts.Message(alerts.Length > 0 ? alerts : [Alerts.One(loop.Clock.Now, "1.1.0")]))).Status);
        await loop.Drain();
    }

    [Fact]
    public async Task An_alert_reverts_in_one_commit_of_two_files_with_its_trailers()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await Alert(loop);

        MemoryGit.Snapshot commit = Assert.Single(Rollbacks(loop));
        Assert.Equal(["apps/tiny-ops/route.yaml", "quarantine.yaml"], loop.Git.Changed(commit.Commit.Sha));
        Assert.Equal(new RouteManifest(100, 0), Route(loop));
        IReadOnlyDictionary<string, string> trailers = commit.Commit.Trailers;
        Assert.Equal(("tiny-ops@1.0.0", "tiny-ops@1.1.0"), (trailers["Release"], trailers["Rolls-Back"]));
        Assert.Contains("too many errors", trailers["Reason"], StringComparison.Ordinal);
        Assert.StartsWith("9f2c1b7d3a5e8c01-", trailers["Alert"], StringComparison.Ordinal);
        Assert.Equal(64, trailers["Audit-Head"].Length);

        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");
        RegisteredModel model = await loop.Registered();
        Assert.Equal("1.0.0", model.Aliases[Aliases.Champion]);
        Assert.Equal(0, SlotManifest.Read("green", loop.Git.Text("apps/tiny-ops/green.yaml")).Replicas);
        Assert.Contains(model.History, move => move is { Alias: Aliases.Champion, From: "1.1.0", To: "1.0.0", By: "alertmanager" });
    }

    [Fact]
    public async Task The_quarantined_digest_cannot_come_back_under_another_version()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await Alert(loop);
        await loop.Upload("1.1.1", "weights of 1.1.0");
        await loop.Until("1.1.1", Phase.Rejected);
        Assert.Contains("is in quarantine", (await loop.Release("1.1.1")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_audit_log_stops_no_rollback_and_tells_people()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        string segment = Assert.Single(loop.Blobs.Names(Containers.Audit));
        loop.Blobs.Overwrite(Containers.Audit, segment, loop.Blobs.Bytes(Containers.Audit, segment)[..^1]);
        await Alert(loop);

        Assert.Equal(new RouteManifest(100, 0), Route(loop));
        Assert.Equal("unreadable", Assert.Single(Rollbacks(loop)).Commit.Trailers["Audit-Head"]);
        Assert.Contains(loop.Git.Issues, issue => issue.Title.Contains("audit log is damaged", StringComparison.Ordinal));
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
    }

    [Fact]
    public async Task A_storm_of_a_thousand_alerts_makes_one_rollback()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await Alert(loop, [.. Enumerable.Range(0, 500).Select(i => Alerts.One(loop.Clock.Now, "1.1.0", fingerprint: Alerts.Fingerprint(i)))]);
        for (int i = 500; i < 1000; i++)
        {
            await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, fingerprint: Alerts.Fingerprint(i))));
        }
        await loop.Drain();
        Assert.Single(Rollbacks(loop));
        Assert.DoesNotContain(loop.Git.Issues, issue => issue.Title.Contains("1.1.0", StringComparison.Ordinal));
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task What_has_ended_rolls_nothing_back_even_when_its_beginning_comes_later()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        DateTimeOffset start = loop.Clock.Now;
        await Alert(loop, Alerts.One(start, "1.1.0", status: "resolved", endsAt: start.AddSeconds(1)));
        await Alert(loop, Alerts.One(start, "1.1.0"));
        Assert.Empty(Rollbacks(loop));
    }

    [Fact]
    public async Task A_firing_alert_among_resolved_ones_rolls_back_and_its_end_closes_the_incident()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        DateTimeOffset start = loop.Clock.Now;
        await Alert(loop,
            Alerts.One(start, "1.1.0", status: "resolved", fingerprint: Alerts.Fingerprint(7), endsAt: start.AddSeconds(1)), Alerts.One(start, "1.1.0"));
        Assert.Single(Rollbacks(loop));
        await Alert(loop, Alerts.One(start, "1.1.0", status: "resolved", endsAt: start.AddSeconds(40)));
        string key = Rollbacks(loop).Single().Commit.Trailers["Alert"];
        Incident incident = (await loop.Get<IncidentStore>().Read(key, default))!.Value.Value;
        Assert.Equal((40.0, "RollBack", true), (incident.SecondsToResolve, incident.Decision, incident.Answered));
    }

    [Theory]
    [InlineData("no-such-model", "1.1.0")]
    [InlineData("../../etc", "1.1.0")]
    [InlineData(null, null)]
    [InlineData("tiny-ops", "9.9.9")]
    public async Task An_alert_for_what_is_unknown_is_answered_recorded_and_ignored(string? model, string? version)
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await Alert(loop, Alerts.One(loop.Clock.Now, version, model));
        Assert.Empty(Rollbacks(loop));
        Assert.Empty(loop.Failures);
        Assert.Contains(await loop.Log(), entry => entry.Kind == "AlertIgnored");
    }

    [Fact]
    public async Task An_alert_for_a_version_that_is_no_longer_live_is_ignored()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await Alert(loop, Alerts.One(loop.Clock.Now, "1.0.0"));
        Assert.Empty(Rollbacks(loop));
        Assert.Empty(loop.Git.Issues);
    }

    [Fact]
    public async Task An_alert_on_a_champion_past_its_guard_escalates_with_or_without_a_version()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await Alert(loop, Alerts.One(loop.Clock.Now, "1.0.0"), Alerts.One(loop.Clock.Now, fingerprint: Alerts.Fingerprint(2)));
        Assert.Equal(2, loop.Git.Issues.Count);
    }

    [Fact]
    public async Task An_alert_from_before_the_traffic_escalates()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await Alert(loop, Alerts.One(loop.Clock.Now.AddHours(-1), "1.1.0"));
        Assert.Empty(Rollbacks(loop));
        Assert.Contains("before tiny-ops@1.1.0 had traffic", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_on_the_first_release_escalates_with_one_issue()
    {
        using LoopFixture loop = new();
        await loop.Upload("1.0.0", "weights");
        await loop.Until("1.0.0", Phase.Guarded);
        await loop.For(TimeSpan.FromSeconds(2));
        string message = Alerts.Message(Alerts.One(loop.Clock.Now, "1.0.0"));
        await loop.Post(message);
        await loop.Post(message);
        await loop.Drain();
        Assert.Contains("first release", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warm_slot_that_fails_too_escalates_instead()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        loop.Inference.Broken.Add("1.0.0");
        await Alert(loop);
        Assert.Empty(Rollbacks(loop));
        Assert.Contains("fails too", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_does_not_stop_a_rollback()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        loop.Cluster.Fails = new InvalidOperationException("the API server is away");
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
        Assert.Single(Rollbacks(loop));
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
    }

    [Fact]
    public async Task A_broken_policy_does_not_stop_a_rollback()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        loop.Git.Person("apps/tiny-ops/gates.yaml", "nonsense: [");
        await Alert(loop);
        Assert.Single(Rollbacks(loop));
    }

    [Theory]
    [InlineData("apps/tiny-ops/route.yaml", "kind: HTTPRoute")]
    [InlineData("apps/tiny-ops/blue.yaml", null)]
    public async Task A_manifest_that_cannot_be_edited_escalates_rather_than_failing_forever(string path, string? text)
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        loop.Git.Person(path, text);
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
        Assert.Empty(Rollbacks(loop));
        Assert.Contains(path, Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task Rollbacks_rest_for_the_cooldown()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await Alert(loop);
        await loop.Upload("1.2.0", "weights of 1.2.0");
        await loop.Until(async () => (await loop.Get<GetRelease>().Handle("tiny-ops", "1.2.0", default))?.Rollout is { Step: 1, StepSince: not null }, "25 %");
        await Alert(loop, Alerts.One(loop.Clock.Now, "1.2.0"));
        Assert.Single(Rollbacks(loop));
        Assert.Contains("rollbacks rest", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_staged_over_a_slot_that_the_cluster_still_sends_traffic_to()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        loop.Cluster.Frozen = true;
        await loop.Upload("1.2.0", "weights of 1.2.0");
        await Alert(loop);
        await loop.For(TimeSpan.FromMinutes(7));
        Assert.Equal(Phase.Verified, (await loop.Release("1.2.0")).Phase);
        Assert.Equal(("1.1.0", 1), (SlotManifest.Read("g", loop.Git.Text("apps/tiny-ops/green.yaml")) is var slot ? (slot.Version, slot.Replicas) : default));
        loop.Cluster.Frozen = false;
        await loop.Until("1.2.0", Phase.Done);
    }
}
