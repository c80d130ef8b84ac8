using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollbacks;

public sealed class AlertRuleTests
{
    private static Release? Now(LoopFixture loop) => loop.Find("1.1.0").Result;

    private static IEnumerable<MemoryGit.Snapshot> Rollbacks(LoopFixture loop) =>
        loop.Git.Commits.Where(c => c.Commit.Trailers.ContainsKey("Rolls-Back"));

    [Fact]
    public async Task A_truncated_message_acts_on_what_it_holds_and_is_told_to_be_incomplete()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")).Replace("\"truncatedAlerts\":0", "\"truncatedAlerts\":17", StringComparison.Ordinal));
        await loop.Drain();
        Assert.Single(Rollbacks(loop));
        AuditEntry entry = Assert.Single(await loop.Log(), e => e.Kind == "AlertsTruncated");
        Assert.Equal(("tiny-ops", "17"), (entry.Model, entry.Evidence["truncated"]));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task An_alert_that_comes_after_the_guard_window_counts_when_it_began_within(int seconds, bool rollsBack)
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        DateTimeOffset end = (await loop.Release("1.1.0")).GuardUntil!.Value;
        // The look that would close the guard is late.
        loop.Bus.Loses = message => message.Id.StartsWith("advance:", StringComparison.Ordinal);
        await loop.For(end - loop.Clock.Now - TimeSpan.FromSeconds(1));
        loop.Bus.Clear();
        loop.Clock.Advance(TimeSpan.FromSeconds(10));
        await loop.Post(Alerts.Message(Alerts.One(end.AddSeconds(seconds), "1.1.0")));
        await loop.Drain();
        Assert.Equal(rollsBack ? 1 : 0, Rollbacks(loop).Count());
        Assert.Equal(rollsBack ? 0 : 1, loop.Git.Issues.Count);
    }

    [Fact]
    public async Task An_alert_from_the_guard_window_that_comes_when_nothing_is_warm_escalates()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        DateTimeOffset within = loop.Clock.Now.AddMinutes(1);
        await loop.Until("1.1.0", Phase.Done);
        await loop.Post(Alerts.Message(Alerts.One(within, "1.1.0")));
        await loop.Drain();
        Assert.Empty(Rollbacks(loop));
        Assert.Contains("no version is warm", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("digests: 5")]
    [InlineData(null)]
    public async Task Without_a_readable_quarantine_the_traffic_is_moved_and_the_digest_is_owed_and_paid(string? broken)
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        loop.Git.Person("quarantine.yaml", broken);
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
        Assert.Equal(["apps/tiny-ops/route.yaml"], loop.Git.Changed(Assert.Single(Rollbacks(loop)).Commit.Sha));
        Assert.Contains("quarantine.yaml", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
        await loop.For(TimeSpan.FromMinutes(10));
        Assert.Contains("owes", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);

        loop.Git.Person("quarantine.yaml", "# mended\ndigests: []\n");
        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");
        Assert.Contains((await loop.Release("1.1.0")).Digest, QuarantineManifest.Read(loop.Git.Text("quarantine.yaml")));
        Assert.Single(loop.Git.Commits, c => c.Commit.Subject == "Quarantine tiny-ops@1.1.0");
        string reason = Assert.Single(Rollbacks(loop)).Commit.Trailers["Reason"];
        Assert.Contains($"reason: {reason}", loop.Git.Text("quarantine.yaml").Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("owes", loop.Git.Text("quarantine.yaml") + (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task What_a_person_takes_out_of_quarantine_is_owed_to_nobody()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
        loop.Git.Person("quarantine.yaml", "digests: []\n");
        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");
        Assert.Empty(QuarantineManifest.Read(loop.Git.Text("quarantine.yaml")));
    }

    [Fact]
    public async Task A_stalled_release_is_told_to_people_once()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Cluster.CountsNothing = true;
        await loop.Until("1.1.0", Phase.Stalled);
        await loop.For(TimeSpan.FromMinutes(5));
        Assert.Contains("llmops resume tiny-ops@1.1.0", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("older revision", "AlertIgnored", "1.0.0", "1.0.0", "has no traffic")]
    [InlineData("resolved first", "AlertIgnored", null, "1.1.0", "had ended before")]
    [InlineData("failing champion", "AlertEscalated", null, "1.1.0", "fails too")]
    public async Task What_rolls_nothing_back_says_why_in_the_timeline_of_the_release(string what, string kind, string? label, string version, string why)
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        if (what == "failing champion")
        {
            loop.Inference.Broken.Add("1.0.0");
        }
        string status = what == "resolved first" ? "resolved" : "firing";
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, label, status: status, endsAt: status == "resolved" ? loop.Clock.Now.AddSeconds(1) : null)));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, label)));
        await loop.Drain();
        Assert.Empty(Rollbacks(loop));
        Assert.Contains(why, Assert.Single(await loop.Log(), e => e.Kind == kind && e.Version == version).Text, StringComparison.Ordinal);
    }

    // PromoteRelease has moved the aliases and is about to save; the rollback comes first.
    [Fact]
    public async Task A_promotion_that_loses_the_race_against_a_rollback_is_told_by_nobody()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights of 1.1.0");
        bool raced = false;
        loop.Blobs.BeforePut = name =>
        {
            if (!raced && name == "releases/tiny-ops/1.1.0.json" && Now(loop)?.Phase == Phase.Promoted)
            {
                raced = true;
                loop.Order("rollback").GetAwaiter().GetResult();
                loop.DrainRollbacks().GetAwaiter().GetResult();
            }
        };
        await loop.Until("1.1.0", Phase.RolledBack);
        await loop.For(TimeSpan.FromMinutes(10));
        Assert.True(raced);
        Assert.DoesNotContain(await loop.Log(), entry => entry.Kind == "GuardOpened" && entry.Version == "1.1.0");
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases["champion"]);
        Assert.DoesNotContain("previous", (await loop.Registered()).Aliases.Keys);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task A_step_that_loses_the_race_against_a_rollback_is_told_by_nobody()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights of 1.1.0");
        bool raced = false;
        loop.Blobs.BeforePut = name =>
        {
            if (!raced && name == "releases/tiny-ops/1.1.0.json" && Now(loop) is { Phase: Phase.Progressing, Rollout: { Percent: 100, StepSince: { } since } }
                && loop.Clock.Now - since >= TimeSpan.FromSeconds(3))
            {
                raced = true;
                loop.Order("rollback").GetAwaiter().GetResult();
                loop.DrainRollbacks().GetAwaiter().GetResult();
            }
        };
        await loop.Until("1.1.0", Phase.RolledBack);
        await loop.For(TimeSpan.FromMinutes(1));
        Assert.True(raced);
        Assert.DoesNotContain(await loop.Log(), entry => entry.Kind == "Promoted" && entry.Version == "1.1.0");
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases["champion"]);
    }
}
