using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

/// <summary>Parts of the loop beside the main story, killed after each of their effects in turn.</summary>
public sealed class CrashInPartsTests
{
    [Fact]
    public Task A_refused_release_ends_the_same() => KillInEach(Stories.FirstChampion, async loop =>
    {
        loop.Inference.Broken.Add("1.1.0");
        await loop.Upload("1.1.0", "weights");
        await loop.Until("1.1.0", Phase.Refused);
    });

    [Fact]
    public Task A_rejected_upload_ends_the_same() => KillInEach(Stories.FirstChampion, async loop =>
    {
        await loop.Upload("1.0.1", "weights of 1.0.0");
        await loop.Until("1.0.1", Phase.Rejected);
    });

    [Fact]
    public Task A_rollout_that_fails_its_step_ends_the_same() => KillInEach(Stories.SecondAtQuarter, async loop =>
    {
        loop.Cluster.ErrorRate["1.1.0"] = 0.5;
        await loop.Until("1.1.0", Phase.RolledBack);
    });

    [Fact]
    public Task An_alert_that_escalates_ends_the_same() => KillInEach(Stories.SecondGuarded, async loop =>
    {
        loop.Inference.Broken.Add("1.0.0");
        await Alert(loop);
    });

    [Fact]
    public Task An_alert_whose_rollback_is_refused_ends_the_same() => KillInEach(Stories.SecondGuarded, async loop =>
    {
        string good = loop.Git.Text("apps/tiny-ops/route.yaml");
        await loop.For(TimeSpan.FromSeconds(2));
        loop.Git.Person("apps/tiny-ops/route.yaml", "kind: HTTPRoute");
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
        loop.Git.Person("apps/tiny-ops/route.yaml", good);
    });

    [Fact]
    public Task A_rollback_without_quarantine_ends_the_same() => KillInEach(Stories.SecondGuarded, async loop =>
    {
        string good = loop.Git.Text("quarantine.yaml");
        loop.Git.Person("quarantine.yaml", "digests: 5");
        await Alert(loop);
        await loop.For(TimeSpan.FromSeconds(20));
        loop.Git.Person("quarantine.yaml", good);
    });

    [Fact]
    public Task A_rollback_past_Git_ends_the_same() => KillInEach(Stories.SecondGuardedWithGlass, async loop =>
    {
        await loop.For(TimeSpan.FromSeconds(2));
        loop.Git.Away = true;
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.For(TimeSpan.FromSeconds(5));
        loop.Git.Away = false;
        await loop.Until(async () => await loop.Release("1.1.0") is { Phase: Phase.RolledBack, Owed: null }, "paid");
    });

    [Fact]
    public Task An_approved_release_ends_the_same() => KillInEach(Stories.SecondWaits, async loop =>
    {
        await loop.Order("approve", key: "the one");
        await loop.Until("1.1.0", Phase.Guarded);
    });

    [Fact]
    public Task A_rejected_release_that_is_tried_again_ends_the_same() => KillInEach(Stories.SecondWaits, async loop =>
    {
        await loop.Order("reject", key: "no");
        await loop.Until(async () => await loop.Release("1.1.0") is { Phase: Phase.Refused, Closed: true }, "rejected");
        await loop.Order("retry", "1.1.0", key: "again");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
    });

    [Fact]
    public Task A_stall_that_a_person_ends_ends_the_same() => KillInEach(Stories.SecondAtQuarter, async loop =>
    {
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text.Replace("step_deadline: 10m", "step_deadline: 4s", StringComparison.Ordinal));
        loop.Cluster.RequestsPerSecond = 0;
        await loop.Until("1.1.0", Phase.Stalled);
        await loop.For(TimeSpan.FromSeconds(5));
        loop.Cluster.RequestsPerSecond = 40;
        await loop.Order("promote", "1.1.0", key: "on");
        await loop.Until("1.1.0", Phase.Guarded);
    });

    [Fact]
    public Task A_rollback_ends_the_same_though_the_warm_slot_fails_meanwhile() => KillInEach(Stories.SecondGuarded, async loop =>
    {
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Until("1.1.0", Phase.RolledBack);
    }, afterCrash: loop =>
    {
        if (loop.Git.Commits.Any(c => c.Commit.Trailers.ContainsKey("Rolls-Back")))
        {
            loop.Cluster.NotReady.Add("tiny-ops/blue");
        }
    });

    [Fact]
    public Task A_failed_shadow_ends_the_same() => KillInEach(Stories.SecondBeforeItsShadow, async loop =>
    {
        loop.Cluster.ErrorRate["1.1.0"] = 0.5;
        await loop.Until(async () => await loop.Find("1.1.0") is { Phase: Phase.Refused, Closed: true }, "refused");
    });

    [Fact]
    public Task A_shadow_that_passes_and_waits_ends_the_same() => KillInEach(Stories.SecondBeforeItsShadow, async loop =>
    {
        await loop.Until(async () => await loop.Find("1.1.0") is { InShadow: true }, "in its shadow");
        await loop.Order("hold", key: "wait");
        await loop.Until(async () => await loop.Find("1.1.0") is { Rollout.Shadow.Until: not null }, "passed");
        await loop.For(TimeSpan.FromSeconds(3));
        loop.Cluster.RequestsPerSecond = 0;
        await loop.Order("resume", key: "go on");
        await loop.Until(async () => await loop.Find("1.1.0") is { Rollout: { Step: 0, StepSince: not null, Percent: 5 } }, "5 %");
    });

    [Fact]
    public Task A_shadow_that_stalls_ends_the_same() => KillInEach(Stories.SecondBeforeItsShadow, async loop =>
    {
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text.Replace("deadline: 10m }", "deadline: 5s }", StringComparison.Ordinal));
        loop.Cluster.RequestsPerSecond = 0;
        await loop.Until(async () => await loop.Find("1.1.0") is { Phase: Phase.Stalled, StallTold: true }, "stalled");
    });

    [Fact]
    public Task A_command_in_a_comment_ends_the_same() => KillInEach(Stories.SecondAtQuarter, async loop =>
    {
        loop.Reviews.People["ann"] = Permission.Write;
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(5, "ann", "/llmops hold tiny-ops look first", loop.Clock.Now));
    });

    [Fact]
    public Task A_pull_requests_check_ends_the_same() => KillInEach(Stories.FirstChampion, async loop =>
    {
        int number = loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"), ("quarantine.yaml", "digests: []\n# none"));
        await loop.TellAndDrain("pull_request", GitHubHook.PullRequest(number, loop.Clock.Now));
    });

    [Fact]
    public Task A_change_that_people_merge_ends_the_same() => KillInEach(Stories.FirstChampion, async loop =>
    {
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text + "changes: pull_request\n");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until(() => Task.FromResult(loop.Reviews.All.Count == 1), "a pull request");
        loop.Reviews.Merge(1);
        await loop.Until("1.1.0", Phase.Progressing);
    });

    private static async Task Alert(LoopFixture loop)
    {
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
    }

    private static async Task KillInEach(Func<LoopFixture, Task> before, Func<LoopFixture, Task> part, Action<LoopFixture>? afterCrash = null)
    {
        string? expected = null;
        int effects = 0;
        for (int kill = 0; kill <= effects; kill++)
        {
            using LoopFixture loop = new();
            await before(loop);
            int begun = loop.Effects.Happened.Count;
            loop.Effects.CrashAfter = kill == 0 ? null : begun + kill;
            loop.AfterCrash = afterCrash;
            await part(loop);
            await loop.For(TimeSpan.FromSeconds(10));
            Assert.Empty(loop.Failures);
            string state = (await EndState.Of(loop)).ToString();
            effects = kill == 0 ? loop.Effects.Happened.Count - begun : effects;
            expected ??= state;
            Assert.True(state == expected, $"killed after {(kill == 0 ? "" : loop.Effects.Happened[begun + kill - 1])}\n{state}\nrather than\n{expected}");
        }
        Assert.True(effects > 2, $"only {effects} effects");
    }
}
