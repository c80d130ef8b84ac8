using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Reviews;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Reviews;

/// <summary>A rollout whose every change people merge, and its rollback, which nobody needs to.</summary>
public sealed class ProposedChangesTests
{
    private const string Stage = "tiny-ops@1.1.0/stage";

    [Fact]
    public async Task Each_change_of_a_rollout_is_a_pull_request_and_is_made_when_it_is_merged()
    {
        using LoopFixture loop = await Started();
        await loop.For(TimeSpan.FromMinutes(5));
        PullRequest staging = Assert.Single(loop.Reviews.All);
        Assert.Equal((Stage, PullRequestState.Open), (staging.Key, staging.State));
        Assert.StartsWith("Stage tiny-ops@1.1.0\n", staging.Text, StringComparison.Ordinal);
        Assert.Contains($"Idempotency-Key: {Stage}", staging.Text, StringComparison.Ordinal);
        Release waiting = await loop.Release("1.1.0");
        Assert.Equal((Phase.Verified, "waits for pull request #1 to be merged"), (waiting.Phase, waiting.Reason));

        List<string> merged = [];
        await loop.Until(async () =>
        {
            foreach (PullRequest open in loop.Reviews.All.Where(pull => pull.State == PullRequestState.Open))
            {
                merged.Add(open.Key!);
                loop.Reviews.Merge(open.Number);
                await loop.TellAndDrain("push", GitHubHook.Push(loop.Git.HeadSha), open.Number);
            }
            return (await loop.Release("1.1.0")).Phase == Phase.Done;
        }, "done");

        Assert.Equal(
            [Stage, "tiny-ops@1.1.0/step/5", "tiny-ops@1.1.0/step/25", "tiny-ops@1.1.0/step/50", "tiny-ops@1.1.0/step/100", "tiny-ops@1.1.0/empty/blue"], merged);
        Assert.Equal(6, loop.Reviews.All.Count);
        Assert.Equal(6, (await loop.Log()).Count(entry => entry.Kind == "ChangeProposed"));
        Assert.Equal(new RouteManifest(0, 100), RouteManifest.Read("tiny-ops", "route.yaml", loop.Git.Text("apps/tiny-ops/route.yaml")));
    }

    [Fact]
    public async Task A_pull_request_that_is_closed_holds_the_release_and_says_so()
    {
        using LoopFixture loop = await Started();
        await loop.For(TimeSpan.FromMinutes(2));
        loop.Reviews.Close(1);
        await loop.For(TimeSpan.FromMinutes(10));
        Assert.Equal("is held: pull request #1 was closed without merging; reopen it to go on", (await loop.Release("1.1.0")).Reason);
        Assert.Single(loop.Reviews.All);

        loop.Reviews.Reopen(1);
        loop.Reviews.Merge(1);
        await loop.Until("1.1.0", Phase.Progressing);
    }

    [Fact]
    public async Task A_rollback_is_a_commit_whatever_the_policy_says()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        PullRequests(loop);
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Until("1.1.0", Phase.RolledBack);
        Assert.Equal("Roll back tiny-ops@1.1.0", loop.Git.Commits[^1].Commit.Subject);
        Assert.Empty(loop.Reviews.All);
    }

    [Fact]
    public async Task A_proposal_that_a_rollback_left_behind_fails_its_check()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        PullRequests(loop);
        await loop.Until(() => Task.FromResult(loop.Reviews.All.Count == 1), "a pull request");
        PullRequest step = loop.Reviews.All[0];
        Assert.Equal("tiny-ops@1.1.0/step/50", step.Key);
        await loop.For(TimeSpan.FromSeconds(5));
        Assert.Equal(Conclusion.Success, loop.Reviews.Checks.Single(check => check.Sha == step.HeadSha).Conclusion);

        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Until("1.1.0", Phase.RolledBack);
        await loop.For(TimeSpan.FromSeconds(5));
        CheckRun check = loop.Reviews.Checks.Single(check => check.Sha == step.HeadSha);
        Assert.Equal((Conclusion.Failure, "tiny-ops@1.1.0 (RolledBack) does not wait for it any more: close it"), (check.Conclusion, check.Title));
    }

    [Fact]
    public async Task Checks_are_put_when_the_judgement_changes_and_not_at_each_look()
    {
        using LoopFixture loop = await Started();
        await loop.For(TimeSpan.FromMinutes(30));
        Assert.Equal(1, loop.Reviews.ChecksPut - loop.Reviews.Checks.Count(check => check.Name == "llmops/tiny-ops" && check.Sha != loop.Reviews.All[0].HeadSha));
        loop.Reviews.Merge(1);
        await loop.Until("1.1.0", Phase.Progressing);
        await loop.For(TimeSpan.FromMinutes(5));
        Assert.DoesNotContain(await loop.Get<OpenProposals>().Of("tiny-ops", default), proposal => proposal.Number == 1);
    }

    [Fact]
    public async Task A_host_that_takes_no_check_keeps_no_release_waiting()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        PullRequests(loop);
        await loop.Until(() => Task.FromResult(loop.Reviews.All.Count == 1), "a pull request");
        loop.Reviews.Fails = new IOException("the host takes no checks");
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Until(async () => (await loop.Release("1.1.0")).Reason == "waits for pull request #2 to be merged", "the next change");
    }

    [Fact]
    public async Task A_proposal_that_somebody_pushed_to_is_judged_as_anybodys_change()
    {
        using LoopFixture loop = await Started();
        await loop.For(TimeSpan.FromMinutes(1));
        string route = loop.Git.Text("apps/tiny-ops/route.yaml");
        loop.Reviews.Push(1, "apps/tiny-ops/route.yaml", RouteManifest.Share("green", 100).WriteTo("tiny-ops", "route.yaml", route));
        await loop.Get<CheckPullRequest>().Handle(1, default);
        CheckRun check = loop.Reviews.Checks.Single(check => check.Sha == loop.Reviews.All[0].HeadSha);
        Assert.Equal(Conclusion.Failure, check.Conclusion);
        Assert.Contains("the weights are edited by hand", check.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_way_to_change_is_an_error() =>
        Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", LoopFixture.Policy + "changes: by_mail\n"));

    private static async Task<LoopFixture> Started()
    {
        LoopFixture loop = new();
        await loop.FirstChampion();
        PullRequests(loop);
        await loop.Upload("1.1.0", "weights of 1.1.0");
        return loop;
    }

    private static void PullRequests(LoopFixture loop) => loop.Git.Person("apps/tiny-ops/gates.yaml", text => text + "changes: pull_request\n");
}
