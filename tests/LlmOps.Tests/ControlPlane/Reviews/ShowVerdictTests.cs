using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Reviews;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Reviews;

public sealed class ShowVerdictTests
{
    [Fact]
    public async Task A_release_gets_its_gate_report_on_the_commit_that_staged_it()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        CheckRun check = Assert.Single(loop.Reviews.Checks, check => check.Reference == "tiny-ops@1.1.0");
        Assert.Equal(("llmops/tiny-ops", Conclusion.Success), (check.Name, check.Conclusion));
        Assert.Equal("Stage tiny-ops@1.1.0", loop.Git.Commits.Single(commit => commit.Commit.Sha == check.Sha).Commit.Subject);
        Assert.StartsWith("# tiny-ops@1.1.0: PASS", check.Summary, StringComparison.Ordinal);
        Assert.StartsWith("1.1.0: 3 gates passed", check.Title, StringComparison.Ordinal);
        Assert.Empty(check.Actions);
        Assert.Equal(2, loop.Reviews.ChecksPut);
    }

    [Fact]
    public async Task A_refused_release_gets_its_report_too()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Inference.Broken.Add("1.1.0");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Refused);
        await loop.For(TimeSpan.FromSeconds(5));
        Assert.Equal(Conclusion.Failure, Assert.Single(loop.Reviews.Checks, check => check.Reference == "tiny-ops@1.1.0").Conclusion);
    }

    [Fact]
    public async Task What_the_gates_cannot_tell_is_approved_by_the_checks_button()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Git.Person("apps/tiny-ops/gates.yaml", LoopFixture.Policy.Replace(", on_inconclusive: pass_point_estimate", "", StringComparison.Ordinal));
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
        await loop.For(TimeSpan.FromSeconds(3));
        CheckRun check = Assert.Single(loop.Reviews.Checks, check => check.Reference == "tiny-ops@1.1.0");
        Assert.Equal(Conclusion.ActionRequired, check.Conclusion);
        Assert.Equal(["approve", "reject"], check.Actions.Select(action => action.Identifier));

        loop.Reviews.People["ann"] = Permission.Write;
        await loop.TellAndDrain("check_run", GitHubHook.Check("requested_action", check.Name, check.Reference, "ann", check.Actions[0].Identifier));
        await loop.Until("1.1.0", Phase.Progressing);
        Assert.Equal("ann", Assert.Single((await loop.Release("1.1.0")).Approvals).By);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_keeps_no_release_waiting()
    {
        using LoopFixture loop = new();
        loop.Reviews.Fails = new HttpRequestException("502");
        await loop.FirstChampion();
        Assert.Equal("verdict/tiny-ops@1.0.0", Assert.Single(loop.Bus.Dead).Id);

        loop.Reviews.Fails = null;
        Assert.True(await loop.Bus.Resend(Queues.Work, loop.Bus.Dead[0].Id, default));
        await loop.Drain();
        Assert.Single(loop.Reviews.Checks);
    }

    [Fact]
    public async Task Asked_for_again_it_is_the_same()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        CheckRun before = Assert.Single(loop.Reviews.Checks);
        await loop.TellAndDrain("check_run", GitHubHook.Check("rerequested", "llmops/tiny-ops", "tiny-ops@1.0.0"));
        Assert.Equal(2, loop.Reviews.ChecksPut);
        Assert.Equal(before, Assert.Single(loop.Reviews.Checks));
    }

    [Fact]
    public void The_reports_link_is_below_the_public_address()
    {
        ControlPlaneOptions options = new() { AlertmanagerToken = LoopFixture.Token, GitHubSecret = GitHubHook.Secret, FluxSecret = new string('f', 16) };
        Assert.Null(ShowVerdict.ReportUrl(options, "tiny-ops", "1.0.0"));
        Assert.Equal(
            new Uri("https://llmops.example/api/releases/tiny-ops/1.0.0/report"),
            ShowVerdict.ReportUrl(options with { PublicUrl = new Uri("https://llmops.example/") }, "tiny-ops", "1.0.0"));
    }
}
