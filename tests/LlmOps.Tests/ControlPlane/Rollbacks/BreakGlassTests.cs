using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Rollbacks;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollbacks;

public sealed class BreakGlassTests
{
    [Fact]
    public async Task While_Git_is_away_the_traffic_moves_in_the_cluster_and_one_commit_pays_for_it_later()
    {
        using LoopFixture loop = new();
        await loop.SecondGuardedWithGlass();
        await AlertWithoutGit(loop);
        Assert.Equal("blue", loop.Cluster.PastGit["tiny-ops"]);
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases["champion"]);
        await loop.For(TimeSpan.FromMinutes(10));
        Assert.Contains("owes Git its rollback: the Git host is away", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        Assert.Equal("blue", loop.Cluster.PastGit["tiny-ops"]);

        loop.Git.Away = false;
        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");
        MemoryGit.Snapshot commit = Assert.Single(loop.Git.Commits, c => c.Commit.Trailers.ContainsKey("Rolls-Back"));
        Assert.Equal(["apps/tiny-ops/route.yaml", "quarantine.yaml"], loop.Git.Changed(commit.Commit.Sha));
        Assert.Empty(loop.Cluster.PastGit);
        Assert.Contains("past Git", Assert.Single(loop.Git.Issues).Title, StringComparison.Ordinal);
        Assert.Equal(["GlassBroken", "RolledBack", "RollbackReconciled"], (await loop.Log()).Select(e => e.Kind).Where(kind => kind is "GlassBroken" or "RolledBack" or "RollbackReconciled"));
    }

    [Fact]
    public async Task An_alert_that_cannot_be_answered_keeps_no_other_of_its_message_from_a_rollback()
    {
        using LoopFixture loop = new();
        await loop.SecondGuardedWithGlass();
        await loop.For(TimeSpan.FromSeconds(2));
        DateTimeOffset now = loop.Clock.Now;
        loop.Git.Away = true;
        await loop.Post(Alerts.Message(Alerts.One(now.AddDays(-1), fingerprint: Alerts.Fingerprint(1)), Alerts.One(now, "1.1.0")));
        await loop.Drain();
        Assert.Equal("blue", loop.Cluster.PastGit["tiny-ops"]);
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
    }

    [Fact]
    public async Task An_issue_that_the_host_never_takes_keeps_no_rollback_from_its_end()
    {
        using LoopFixture loop = new() { Settings = options => options with { GitPatience = TimeSpan.FromMilliseconds(20) } };
        loop.Restart();
        await loop.SecondGuardedWithGlass();
        loop.Git.IssuesHang = true;
        await AlertWithoutGit(loop);
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task Without_leave_a_rollback_waits_for_Git()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await AlertWithoutGit(loop);
        Assert.Empty(loop.Cluster.PastGit);
        Assert.Equal(Phase.Guarded, (await loop.Release("1.1.0")).Phase);
        loop.Git.Away = false;
        Assert.True(await loop.Bus.Resend(LlmOps.Ports.Queues.Rollback, Assert.Single(loop.Bus.Dead).Id, default));
        await loop.Drain();
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
    }

    [Fact]
    public async Task A_persons_rollback_goes_past_Git_too()
    {
        using LoopFixture loop = new();
        await loop.SecondGuardedWithGlass();
        loop.Git.Away = true;
        Assert.Equal(202, (await loop.Order("rollback")).Status);
        await loop.Drain();
        Assert.Equal("blue", loop.Cluster.PastGit["tiny-ops"]);
    }

    [Fact]
    public async Task A_newer_version_is_staged_only_when_Git_is_paid()
    {
        using LoopFixture loop = new();
        await loop.SecondGuardedWithGlass();
        await AlertWithoutGit(loop);
        loop.Git.Away = false;
        await loop.Upload("1.2.0", "weights of 1.2.0");
        await loop.Until("1.2.0", Phase.Guarded);
        Assert.Equal(RouteManifest.Share(Slots.Green, 100), RouteManifest.Read("tiny-ops", "route", loop.Git.Text("apps/tiny-ops/route.yaml")));
        Assert.Equal("1.0.0", (await loop.Release("1.2.0")).Champion);
    }

    private static async Task AlertWithoutGit(LoopFixture loop)
    {
        await loop.For(TimeSpan.FromSeconds(2));
        loop.Git.Away = true;
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
    }
}
