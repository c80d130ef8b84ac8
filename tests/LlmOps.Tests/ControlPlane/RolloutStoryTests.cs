using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollbacks;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

public sealed class RolloutStoryTests
{
    private const string RoutePath = "apps/tiny-ops/route.yaml";

    private static RouteManifest Route(LoopFixture loop) => RouteManifest.Read("tiny-ops", "route", loop.Git.Text(RoutePath));

    private static IEnumerable<MemoryGit.Snapshot> Rollbacks(LoopFixture loop) =>
        loop.Git.Commits.Where(c => c.Commit.Trailers.ContainsKey("Rolls-Back"));

    [Fact]
    public async Task Rollout_rolls_back_when_errors_pass_threshold()
    {
        using LoopFixture loop = new();
        loop.Cluster.ErrorRate["1.1.0"] = 0.2;
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights");
        await loop.Until("1.1.0", Phase.RolledBack);
        Assert.Equal(new RouteManifest(100, 0), Route(loop));
        Assert.Single(Rollbacks(loop));
        Assert.Contains("more errors than a healthy version", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alert_while_progressing_moves_all_traffic_back()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now)));
        await loop.Drain();
        Assert.Equal(new RouteManifest(100, 0), Route(loop));
        await loop.Until(async () => (await loop.Release("1.1.0")) is { Phase: Phase.RolledBack, Closed: true }, "settled");
        Assert.Equal(new RouteManifest(100, 0), Route(loop));
    }

    [Fact]
    public async Task A_persons_weights_hold_a_rollout_until_they_are_put_back()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        string before = loop.Git.Text(RoutePath);
        loop.Git.Person(RoutePath, text => RouteManifest.Share(Slots.Green, 10).WriteTo("tiny-ops", RoutePath, text));
        await loop.For(TimeSpan.FromMinutes(20));
        Assert.Equal(new RouteManifest(90, 10), Route(loop));
        Assert.Contains("a person decides", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        loop.Git.Person(RoutePath, before);
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Fact]
    public async Task A_version_that_a_person_took_the_traffic_from_is_not_promoted()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights");
        await loop.Until(async () => (await loop.Get<GetRelease>().Handle("tiny-ops", "1.1.0", default))?.Rollout is { Percent: 100, StepSince: not null }, "100 %");
        loop.Git.Person(RoutePath, text => RouteManifest.Share(Slots.Blue, 100).WriteTo("tiny-ops", RoutePath, text));
        await loop.For(TimeSpan.FromMinutes(5));
        Assert.Equal(Phase.Progressing, (await loop.Release("1.1.0")).Phase);
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases["champion"]);
    }

    [Fact]
    public async Task A_rollback_wins_over_a_persons_weights_and_keeps_the_other_edits()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Git.Person(RoutePath, text => RouteManifest.Share(Slots.Green, 60).WriteTo("tiny-ops", RoutePath, text)
            .Replace("request: 30s", "request: 45s # slow clients", StringComparison.Ordinal));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
        Assert.Equal(new RouteManifest(100, 0), Route(loop));
        Assert.Contains("request: 45s # slow clients", loop.Git.Text(RoutePath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_that_loses_the_race_is_built_again_on_the_new_head()
    {
        using LoopFixture loop = new();
        int races = 0;
        loop.Git.BeforeCommit = () =>
        {
            if (races++ % 2 == 0)
            {
                loop.Git.Person("README.md", $"note {races}");
            }
        };
        await loop.SecondGuarded();
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now.AddSeconds(1), "1.1.0")));
        await loop.Drain();
        Assert.Single(Rollbacks(loop));
        Assert.Empty(loop.Failures);
        Assert.Equal(5, loop.Git.Commits.Count(c => c.Commit.Trailers.GetValueOrDefault("Release") == "tiny-ops@1.1.0"));
    }

    [Fact]
    public async Task Without_counters_the_rollout_stalls_at_its_deadline_and_is_not_promoted()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Cluster.CountsNothing = true;
        await loop.Until("1.1.0", Phase.Stalled);
        Assert.Contains("no data", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases["champion"]);
    }

    [Fact]
    public async Task An_outage_of_both_versions_late_in_the_rollout_is_nobodys_fault()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights");
        await loop.Until(async () => (await loop.Get<GetRelease>().Handle("tiny-ops", "1.1.0", default))?.Rollout is { Percent: 50, StepSince: not null }, "50 %");
        loop.Cluster.ErrorRate["1.0.0"] = loop.Cluster.ErrorRate["1.1.0"] = 0.2;
        await loop.For(TimeSpan.FromSeconds(2));
        loop.Cluster.ErrorRate.Clear();
        await loop.For(TimeSpan.FromMinutes(5));
        Assert.Empty(Rollbacks(loop));
    }

    [Fact]
    public async Task Errors_between_two_steps_count()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Cluster.Frozen = true;
        await loop.Until(async () => (await loop.Release("1.1.0")).Rollout is { Step: 2 }, "50 % committed");
        loop.Cluster.ErrorRate["1.1.0"] = 0.5;
        await loop.Until("1.1.0", Phase.RolledBack);
    }

    [Fact]
    public async Task Steps_that_a_person_shortens_midway_lead_on_to_the_end()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Git.Person("apps/tiny-ops/gates.yaml", LoopFixture.Policy.Replace("[5, 25, 50, 100]", "[100]", StringComparison.Ordinal));
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal([5, 25, 100], (await loop.Release("1.1.0")).Rollout!.Done.Select(step => step.Percent));
    }

    [Fact]
    public async Task A_person_rolls_back_after_seeing_the_commit_in_a_dry_run()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        int commits = loop.Git.Commits.Count;
        Receipt dry = await loop.Get<RequestRollback>().Handle(new RollbackRequest("tiny-ops", "it is rude", "ann", DryRun: true), default);
        await loop.Drain();
        Assert.Equal(200, dry.Status);
        Assert.Contains("Rolls-Back: tiny-ops@1.1.0", dry.Text, StringComparison.Ordinal);
        Assert.Contains("--- quarantine.yaml", dry.Text, StringComparison.Ordinal);
        Assert.Equal(commits, loop.Git.Commits.Count);

        Receipt receipt = await loop.Get<RequestRollback>().Handle(new RollbackRequest("tiny-ops", "it is rude", "ann\n\nIdempotency-Key: x", DryRun: false), default);
        Assert.Equal(202, receipt.Status);
        await loop.Drain();
        MemoryGit.Snapshot commit = Assert.Single(Rollbacks(loop));
        Assert.Equal(("it is rude", "tiny-ops@1.1.0/rollback"), (commit.Commit.Trailers["Reason"], commit.Commit.Trailers["Idempotency-Key"]));
        Assert.DoesNotContain("\nIdempotency-Key: x", commit.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_told_why_nothing_can_be_rolled_back()
    {
        using LoopFixture loop = new();
        RequestRollback request = loop.Get<RequestRollback>();
        Assert.Equal(404, (await request.Handle(new RollbackRequest("tiny-ops", "x", "ann", false), default)).Status);
        Assert.Equal(404, (await request.Handle(new RollbackRequest("../x", "x", "ann", false), default)).Status);
        Assert.Equal(400, (await request.Handle(new RollbackRequest("tiny-ops", " ", "ann", false), default)).Status);
        await loop.FirstChampion();
        Assert.Equal(409, (await request.Handle(new RollbackRequest("tiny-ops", "x", "ann", false), default)).Status);
    }

    [Fact]
    public async Task A_failed_step_that_cannot_go_back_is_told_to_people_once()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Git.Person("apps/tiny-ops/blue.yaml", text => (SlotManifest.Read("b", text) with { Replicas = 0 }).WriteTo("b", text));
        loop.Cluster.ErrorRate["1.1.0"] = 0.5;
        await loop.For(TimeSpan.FromMinutes(2));
        Assert.Empty(Rollbacks(loop));
        Assert.Contains("not warm any more", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
    }
}
