using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

/// <summary>A candidate that gets copies of users' requests before any of them, through the whole loop.</summary>
public sealed class ShadowStoryTests
{
    private const string RoutePath = "apps/tiny-ops/route.yaml";
    private const string GatesPath = "apps/tiny-ops/gates.yaml";

    [Fact]
    public async Task A_candidate_that_fails_only_users_prompts_is_refused_and_no_user_meets_it()
    {
        using LoopFixture loop = await Begin(loop => loop.Cluster.ErrorRate["1.1.0"] = 0.3);
        await loop.Until(async () => await loop.Find("1.1.0") is { Phase: Phase.Refused, Closed: true }, "refused");
        await loop.For(TimeSpan.FromMinutes(1));

        Release release = await loop.Release("1.1.0");
        Assert.StartsWith("failed its shadow, and no user met it: more errors than a healthy version's", release.Reason, StringComparison.Ordinal);
        Assert.Null(release.TrafficSince);
        Assert.Equal(default, loop.Cluster.Users("tiny-ops", "green"));
        Assert.Equal(0, loop.Cluster.Users("tiny-ops", "blue").Failed);
        Assert.True(loop.Cluster.Copies("tiny-ops", "green").Failed > 0);
        Assert.Equal(0, SlotManifest.Read("green", loop.Git.Text("apps/tiny-ops/green.yaml")).Replicas);
        Assert.Empty(QuarantineManifest.Read(loop.Git.Text(Slots.QuarantinePath)));
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases["champion"]);
        Assert.Contains(await loop.Log(), entry => entry.Kind == "ShadowFailed" && entry.Text.Contains("copies answered", StringComparison.Ordinal));
        NothingIsCopied(loop);
    }

    [Fact]
    public async Task A_healthy_candidate_goes_on_to_the_steps_and_its_shadow_ends_with_the_first()
    {
        using LoopFixture loop = await Begin();
        await InShadow(loop);
        Assert.Equal((new RouteManifest(100, 0), new RouteMirror("green", 50)), (Route(loop), Mirror(loop)));
        await loop.Until("1.1.0", Phase.Guarded);

        Release release = await loop.Release("1.1.0");
        Assert.Equal([5, 25, 50, 100], release.Rollout!.Done.Select(step => step.Percent));
        Assert.True(release.Rollout.Shadow is { Percent: 50, Requests: >= 10, Failed: 0, Until: not null });
        string[] subjects = [.. loop.Git.Commits.Select(c => c.Commit.Subject).SkipWhile(subject => subject != "Copy 50 % of the requests to tiny-ops@1.1.0").Take(2)];
        Assert.Equal(["Copy 50 % of the requests to tiny-ops@1.1.0", "Give tiny-ops@1.1.0 5 % of the traffic"], subjects);
        NothingIsCopied(loop);
    }

    [Fact]
    public async Task Blue_green_may_have_a_shadow_too()
    {
        using LoopFixture loop = await Begin(policy: text => text.Replace("steps: [5, 25, 50, 100]", "strategy: blue_green", StringComparison.Ordinal));
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal([100], (await loop.Release("1.1.0")).Rollout!.Done.Select(step => step.Percent));
        NothingIsCopied(loop);
    }

    [Fact]
    public async Task A_slow_candidate_is_refused_where_the_shadow_is_told_to_look_at_times()
    {
        using LoopFixture loop = await Begin(
            loop => loop.Cluster.Seconds["1.1.0"] = 0.4,
            text => text.Replace("min_time: 3s", "min_time: 3s\n    metrics: [ { metric: latency_p95, max_relative_increase: 0.5 } ]", StringComparison.Ordinal));
        await loop.Until("1.1.0", Phase.Refused);
        Assert.Contains("latency_p95 is worse than the champion's", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_outage_of_both_is_nobodys_fault()
    {
        using LoopFixture loop = await Begin();
        await InShadow(loop);
        loop.Cluster.ErrorRate["1.0.0"] = loop.Cluster.ErrorRate["1.1.0"] = 0.2;
        await loop.For(TimeSpan.FromSeconds(20));
        loop.Cluster.ErrorRate.Clear();
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_data_it_stalls_at_its_deadline_and_nothing_is_copied_any_more(bool servers)
    {
        using LoopFixture loop = await Begin(loop =>
        {
            loop.Cluster.ServersCountNothing = servers;
            loop.Cluster.RequestsPerSecond = servers ? 40 : 0;
        });
        await loop.Until("1.1.0", Phase.Stalled);
        Assert.Contains(servers ? "do not count their answers" : "not enough data", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        await loop.For(TimeSpan.FromSeconds(5));
        NothingIsCopied(loop);
        (loop.Cluster.ServersCountNothing, loop.Cluster.RequestsPerSecond) = (false, 40);
        Assert.Equal(409, (await loop.Order("resume", "1.1.0")).Status);
        await loop.Order("retry", "1.1.0");
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Fact]
    public async Task A_release_that_is_held_is_not_copied_to_for_ever()
    {
        using LoopFixture loop = await Begin();
        await InShadow(loop);
        await loop.Order("hold");
        await loop.For(TimeSpan.FromHours(1));
        Release held = await loop.Release("1.1.0");
        Assert.Equal((Phase.Progressing, null), (held.Phase, held.TrafficSince));
        Assert.Contains("ann holds it", held.Reason, StringComparison.Ordinal);
        NothingIsCopied(loop);
        await loop.Order("resume");
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Fact]
    public async Task A_person_decides_between_the_shadow_and_the_first_users()
    {
        using LoopFixture loop = await Begin(policy: text => text + "approval: { required: always, before: [users] }\n");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
        Assert.Contains("its shadow passed on", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        await loop.For(TimeSpan.FromHours(1));
        NothingIsCopied(loop);
        Assert.Equal(new RouteManifest(100, 0), Route(loop));
        await loop.Order("approve");
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal("5", loop.Git.Commits.Single(c => c.Commit.Trailers.ContainsKey("Approved-By")).Commit.Trailers["Step"]);
    }

    [Fact]
    public async Task An_approval_may_be_given_during_the_shadow()
    {
        using LoopFixture loop = await Begin(policy: text => text + "approval: { required: always, before: [users] }\n");
        await InShadow(loop);
        Assert.Equal(202, (await loop.Order("approve")).Status);
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.DoesNotContain(await loop.Log(), entry => entry.Kind == "ApprovalAsked" && entry.Version == "1.1.0");
    }

    [Fact]
    public async Task What_waits_after_its_shadow_makes_room_for_a_newer_version()
    {
        using LoopFixture loop = await Begin(policy: text => text + "approval: { required: always, before: [users] }\n");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
        await loop.Upload("1.2.0", "weights of 1.2.0");
        await loop.Until(async () => await loop.Release("1.1.0") is { Phase: Phase.Superseded, Closed: true }, "superseded");
        await loop.Until(async () => (await loop.Release("1.2.0")).InShadow, "the next shadow");
    }

    [Fact]
    public async Task Reject_ends_a_shadow_and_empties_the_slot()
    {
        using LoopFixture loop = await Begin();
        await InShadow(loop);
        Assert.Equal(202, (await loop.Order("reject")).Status);
        await loop.Until(async () => await loop.Release("1.1.0") is { Phase: Phase.Refused, Closed: true }, "rejected");
        NothingIsCopied(loop);
        Assert.Equal(0, SlotManifest.Read("green", loop.Git.Text("apps/tiny-ops/green.yaml")).Replicas);
    }

    [Fact]
    public async Task Rollback_ends_a_shadow_in_its_one_commit_and_quarantines_the_digest()
    {
        using LoopFixture loop = await Begin();
        await InShadow(loop);
        await loop.Order("rollback");
        await loop.Until("1.1.0", Phase.RolledBack);
        MemoryGit.Snapshot revert = Assert.Single(loop.Git.Commits, c => c.Commit.Trailers.ContainsKey("Rolls-Back"));
        Assert.Equal(["apps/tiny-ops/route.yaml", "quarantine.yaml"], loop.Git.Changed(revert.Commit.Sha).Order(StringComparer.Ordinal));
        NothingIsCopied(loop);
    }

    [Fact]
    public async Task Promote_skips_the_rest_of_the_shadow_and_the_steps()
    {
        using LoopFixture loop = await Begin(policy: text => text.Replace("min_time: 3s", "min_time: 5m", StringComparison.Ordinal));
        await InShadow(loop);
        await loop.Order("promote");
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal([100], (await loop.Release("1.1.0")).Rollout!.Done.Select(step => step.Percent));
        NothingIsCopied(loop);
    }

    [Fact]
    public async Task An_alert_on_the_copies_rolls_nothing_back()
    {
        using LoopFixture loop = await Begin();
        await InShadow(loop);
        await loop.For(TimeSpan.FromSeconds(1));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.DoesNotContain(loop.Git.Commits, c => c.Commit.Trailers.ContainsKey("Rolls-Back"));
    }

    [Fact]
    public async Task Copies_that_a_person_ended_are_no_pass()
    {
        using LoopFixture loop = await Begin();
        await InShadow(loop);
        loop.Cluster.Frozen = true;
        loop.Git.Person(RoutePath, text => ((IMirroringDialect)ManifestDialects.All[0]).WriteMirror(new RouteFile("tiny-ops", RoutePath, text), null));
        await loop.For(TimeSpan.FromMinutes(5));
        Assert.Contains("does not copy requests to it any more: a person decides", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        await loop.Until("1.1.0", Phase.Stalled);
    }

    [Fact]
    public async Task Nothing_is_copied_to_a_slot_that_is_not_ready()
    {
        using LoopFixture loop = await Begin(policy: text => text + "approval: { required: always }\n");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
        loop.Cluster.NotReady.Add("tiny-ops/green");
        await loop.Order("approve");
        await loop.For(TimeSpan.FromMinutes(1));
        Assert.Equal("waits for the green slot to be ready before requests are copied to it", (await loop.Release("1.1.0")).Reason);
        NothingIsCopied(loop);
        loop.Cluster.NotReady.Clear();
        await InShadow(loop);
        Assert.Equal("shadow", loop.Git.Commits.Single(c => c.Commit.Trailers.ContainsKey("Approved-By")).Commit.Trailers["Step"]);
    }

    [Fact]
    public async Task Nothing_is_copied_while_people_look_at_the_first_step()
    {
        using LoopFixture loop = await Begin(policy: text => text + "changes: pull_request\n");
        foreach (int number in new[] { 1, 2 }) // staging, and the copies
        {
            await loop.Until(() => Task.FromResult(loop.Reviews.All.Count == number), "a pull request");
            loop.Reviews.Merge(number);
        }
        await InShadow(loop);
        Assert.NotNull(Mirror(loop));
        await loop.Until(() => Task.FromResult(loop.Reviews.All.Count == 3), "the first step's pull request");
        NothingIsCopied(loop);
        loop.Reviews.Merge(3);
        await loop.Until(async () => (await loop.Release("1.1.0")).TrafficSince is not null, "its first users");
        Assert.Equal(new RouteManifest(95, 5), Route(loop));
        NothingIsCopied(loop);
    }

    [Fact]
    public async Task Other_settings_have_a_shadow_as_a_version_has()
    {
        using LoopFixture loop = new();
        Watch(loop);
        await loop.FirstChampion();
        loop.Git.Person("apps/tiny-ops/green.yaml", text => text.Replace("inference:0.1.0", "inference:0.2.0", StringComparison.Ordinal));
        await loop.Get<ProposeSettings>().Handle(default);
        await loop.Until(async () => await loop.Find("1.0.0-settings.1") is { InShadow: true }, "its shadow");
        await loop.Until("1.0.0-settings.1", Phase.Guarded);
        NothingIsCopied(loop);
    }

    private static Task InShadow(LoopFixture loop) => loop.Until(async () => await loop.Find("1.1.0") is { InShadow: true, Rollout.StepSince: not null }, "its shadow");

    private static RouteManifest Route(LoopFixture loop) => RouteManifest.Read("tiny-ops", "route", loop.Git.Text(RoutePath));

    private static RouteMirror? Mirror(LoopFixture loop) =>
        ((IMirroringDialect)ManifestDialects.All[0]).ReadMirror(new RouteFile("tiny-ops", RoutePath, loop.Git.Text(RoutePath)));

    private static void NothingIsCopied(LoopFixture loop) => Assert.DoesNotContain("RequestMirror", loop.Git.Text(RoutePath), StringComparison.Ordinal);

    private static void Watch(LoopFixture loop, Func<string, string>? policy = null) => loop.Git.Person(GatesPath, (policy ?? (text => text))(LoopFixture.Policy.Replace(
        "rollout:", "rollout:\n  shadow:\n    percent: 50\n    min_requests: 10\n    min_time: 3s\n    deadline: 10m", StringComparison.Ordinal)));

    private static async Task<LoopFixture> Begin(Action<LoopFixture>? world = null, Func<string, string>? policy = null)
    {
        LoopFixture loop = new();
        Watch(loop);
        await loop.FirstChampion();
        Watch(loop, policy);
        world?.Invoke(loop);
        await loop.Upload("1.1.0", "weights of 1.1.0");
        return loop;
    }
}
