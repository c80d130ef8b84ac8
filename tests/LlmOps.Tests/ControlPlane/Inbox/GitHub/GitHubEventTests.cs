using System.Text;
using LlmOps.Inbox;
using LlmOps.Inbox.GitHub;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Inbox.GitHub;

public sealed class GitHubEventTests
{
    private static readonly string Sha = new('a', 40);

    [Theory]
    [InlineData("push", "main", 1)]
    [InlineData("push", "other", 0)]
    public async Task A_push_counts_on_the_reconciled_branch(string name, string branch, int hints)
    {
        using LoopFixture loop = new();
        int before = loop.Cluster.Hints;
        await loop.TellAndDrain(name, GitHubHook.Push(Sha, branch));
        Assert.Equal(before + hints, loop.Cluster.Hints);
    }

    [Fact]
    public async Task A_deleted_branch_is_no_push() =>
        await Untold("push", GitHubHook.Push(new string('0', 40)));

    [Theory]
    [InlineData("closed")]
    [InlineData("labeled")]
    [InlineData("edited")]
    public Task A_pull_request_whose_commits_are_the_same_is_not_checked(string action) =>
        Untold("pull_request", GitHubHook.PullRequest(1, ManualClock.Start, action, changes: new { title = new { from = "x" } }));

    [Fact]
    public Task A_pull_request_for_another_branch_is_not_checked() => Untold("pull_request", GitHubHook.PullRequest(1, ManualClock.Start, branch: "other"));

    [Fact]
    public async Task A_pull_request_with_a_new_base_is_checked()
    {
        using LoopFixture loop = new();
        int number = loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"));
        await loop.TellAndDrain("pull_request", GitHubHook.PullRequest(number, ManualClock.Start, "edited", changes: new { @base = new { @ref = new { from = "x" } } }));
        Assert.Single(loop.Reviews.Checks);
    }

    [Fact]
    public async Task What_has_an_effect_is_stored_before_it_is_answered()
    {
        using LoopFixture loop = new();
        Assert.Equal(202, (await loop.Tell("push", GitHubHook.Push(Sha))).Status);
        Assert.Single(loop.Blobs.Names(Containers.State, "inbox/github/push/"));
    }

    [Fact]
    public async Task A_redelivery_of_what_failed_is_done()
    {
        using LoopFixture loop = new();
        int number = loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"));
        string body = GitHubHook.PullRequest(number, ManualClock.Start);
        loop.Reviews.Fails = new HttpRequestException("502");
        await loop.TellAndDrain("pull_request", body);
        Assert.Single(loop.Bus.Dead);
        Assert.Empty(loop.Reviews.Checks);

        loop.Reviews.Fails = null;
        Assert.Equal(202, (await loop.TellAndDrain("pull_request", body)).Status);

        Assert.Single(loop.Reviews.Checks);
    }

    [Fact]
    public async Task A_pull_request_that_the_host_does_not_show_yet_is_looked_for_again()
    {
        using LoopFixture loop = new();
        await loop.TellAndDrain("pull_request", GitHubHook.PullRequest(1, ManualClock.Start));
        Assert.Contains("#1 was told of", Assert.Single(loop.Bus.Dead).Error, StringComparison.Ordinal);
        loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"));
        Assert.True(await loop.Bus.Resend(Queues.Work, loop.Bus.Dead[0].Id, default));
        await loop.Drain();
        Assert.Single(loop.Reviews.Checks);
    }

    [Fact]
    public async Task A_replay_under_another_id_does_nothing_more()
    {
        using LoopFixture loop = new();
        int number = loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"));
        string body = GitHubHook.PullRequest(number, ManualClock.Start);
        await loop.TellAndDrain("pull_request", body, 1);
        await loop.TellAndDrain("pull_request", body, 2);
        // Another hook of the same repository tells the same in other bytes.
        await loop.TellAndDrain("pull_request", body.Replace("{\"action\"", "{\"installation\":{\"id\":5},\"action\"", StringComparison.Ordinal), 3);
        Assert.Equal(1, loop.Reviews.ChecksPut);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task A_replay_under_another_events_name_does_nothing()
    {
        using LoopFixture loop = new();
        loop.Reviews.People["ann"] = Permission.Admin;
        string body = GitHubHook.Comment(1, "ann", "/llmops rollback tiny-ops", ManualClock.Start);
        foreach (string name in new[] { "push", "pull_request", "check_run", "pull_request_review" })
        {
            Assert.InRange((await loop.TellAndDrain(name, body)).Status, 200, 202);
        }
        Assert.Equal(2, loop.Bus.Dead.Count);
        Assert.Empty(loop.Reviews.Comments);
    }

    [Fact]
    public async Task An_event_that_comes_after_a_newer_one_is_recorded_and_has_no_effect()
    {
        using LoopFixture loop = new();
        int number = loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"));
        await loop.TellAndDrain("pull_request", GitHubHook.PullRequest(number, ManualClock.Start, "synchronize", "new"));
        await loop.TellAndDrain("pull_request", GitHubHook.PullRequest(number, ManualClock.Start - TimeSpan.FromHours(3), "opened", "old"), 2);
        Assert.Equal(1, loop.Reviews.ChecksPut);
        Assert.Contains("#1 of 2026-08-22 07:00:00Z came after", Assert.Single(await loop.Log(), entry => entry.Kind == "EventStale").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("push", "Hello, World!")]
    [InlineData("push", "{\"ref\":\"refs/heads/main\"}")]
    [InlineData("push", "{\"ref\":1,\"ref\":2}")]
    [InlineData("issue_comment", "[]")]
    [InlineData("pull_request", "null")]
    [InlineData("check_run", "{\"check_run\":{\"name\":\"\\ud800\"},\"repository\":{\"full_name\":\"a/b\"}}")]
    [InlineData("issue_comment", "")]
    public async Task What_is_authentic_and_cannot_be_read_becomes_a_dead_letter(string name, string body)
    {
        using LoopFixture loop = new();
        Assert.Equal(202, (await loop.TellAndDrain(name, body)).Status);
        Assert.Contains("InvalidData", Assert.Single(loop.Bus.Dead).Error, StringComparison.Ordinal);
        await loop.TellAndDrain("push", GitHubHook.Push(Sha));
        Assert.Single(loop.Bus.Dead);
    }

    [Fact]
    public async Task A_body_ten_thousand_levels_deep_becomes_a_dead_letter()
    {
        using LoopFixture loop = new();
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000);
        Assert.Equal(202, (await loop.TellAndDrain("push", deep)).Status);
        Assert.Single(loop.Bus.Dead);
    }

    [Fact]
    public void What_is_told_of_another_repository_is_not_heard()
    {
        ControlPlaneOptions options = new()
        {
            AlertmanagerToken = LoopFixture.Token, GitHubSecret = GitHubHook.Secret, FluxSecret = new string('f', 16), GitHubRepository = "ACME/fleet",
        };
        byte[] body = Encoding.UTF8.GetBytes(GitHubHook.Push(Sha));
        Assert.NotNull(ReadGitHubEvent.Of("push", body, options));
        Assert.Null(ReadGitHubEvent.Of("push", body, options with { GitHubRepository = "acme/other" }));
    }

    [Fact]
    public async Task A_check_that_is_asked_for_again_is_put_again()
    {
        using LoopFixture loop = new();
        int number = loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"));
        await loop.TellAndDrain("check_run", GitHubHook.Check("rerequested", "llmops/tiny-ops", $"#{number}"));
        Assert.Equal(1, loop.Reviews.ChecksPut);
        await loop.TellAndDrain("check_run", GitHubHook.Check("rerequested", "somebody-elses", $"#{number}", id: 10));
        await loop.TellAndDrain("check_run", GitHubHook.Check("created", "llmops/tiny-ops", $"#{number}", id: 11));
        await loop.TellAndDrain("check_run", GitHubHook.Check("rerequested", "llmops/tiny-ops", "../../x", id: 12));
        Assert.Equal(1, loop.Reviews.ChecksPut);
        Assert.Empty(loop.Failures);
    }

    private static async Task Untold(string name, string body)
    {
        using LoopFixture loop = new();
        Assert.Equal(new Receipt(200, "nothing follows from it"), await loop.TellAndDrain(name, body));
        Assert.Empty(loop.Bus.Sent);
    }
}
