using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Inbox.GitHub;

public sealed class AnswerCommandTests
{
    [Fact]
    public async Task A_comment_rolls_a_release_back_and_is_answered_once()
    {
        using LoopFixture loop = await Guarded();
        string body = GitHubHook.Comment(5, "ann", "/llmops rollback tiny-ops p95 is high", loop.Clock.Now);
        Receipt[] receipts = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => loop.Tell("issue_comment", body, i))));
        Assert.All(receipts, receipt => Assert.Equal(202, receipt.Status));
        await loop.Until("1.1.0", Phase.RolledBack);
        await loop.TellAndDrain("issue_comment", body, 21);

        Assert.Single(loop.Git.Commits, commit => commit.Commit.Trailers.ContainsKey("Rolls-Back"));
        Assert.Equal("p95 is high", loop.Git.Commits[^1].Commit.Trailers["Reason"]);
        Assert.Contains("Ordered by ann", loop.Git.Commits[^1].Message, StringComparison.Ordinal);
        ReviewComment answer = Assert.Single(loop.Reviews.Comments);
        Assert.Equal(5, answer.Number);
        Assert.Contains("✅ taken: tiny-ops\\@", answer.Body, StringComparison.Ordinal);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task Workers_on_the_same_comment_at_the_same_time_answer_it_once()
    {
        using LoopFixture loop = new(deliveries: 8) { AtOnce = true };
        await loop.SecondAtQuarter();
        loop.Reviews.People["ann"] = Permission.Write;
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(5, "ann", "/llmops hold tiny-ops", loop.Clock.Now));
        Assert.Single(loop.Reviews.Comments);
        Assert.Single((await loop.Release("1.1.0")).Orders);
        Assert.Empty(loop.Failures);
    }

    [Theory]
    [InlineData(Permission.None)]
    [InlineData(Permission.Read)]
    public async Task Who_may_not_write_gives_no_commands_whatever_the_event_says(Permission permission)
    {
        using LoopFixture loop = await Guarded();
        loop.Reviews.People["mallory"] = permission;
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(5, "mallory", "/llmops rollback tiny-ops", loop.Clock.Now, association: "OWNER"));
        Assert.Contains("⛔", Assert.Single(loop.Reviews.Comments).Body, StringComparison.Ordinal);
        Assert.Equal(Phase.Guarded, (await loop.Release("1.1.0")).Phase);
    }

    [Theory]
    [InlineData("edited", "User", "/llmops rollback tiny-ops")]
    [InlineData("deleted", "User", "/llmops rollback tiny-ops")]
    [InlineData("created", "Bot", "/llmops rollback tiny-ops")]
    [InlineData("created", "User", "Please do\n/llmops rollback tiny-ops")]
    [InlineData("created", "User", "```\n/llmops rollback tiny-ops\n```")]
    public async Task Edited_comments_bots_and_quotations_give_no_commands(string action, string type, string text)
    {
        using LoopFixture loop = await Guarded();
        Receipt receipt = await loop.TellAndDrain("issue_comment", GitHubHook.Comment(5, "ann", text, loop.Clock.Now, action: action, type: type));
        Assert.Equal(200, receipt.Status);
        Assert.Empty(loop.Reviews.Comments);
        Assert.Equal(Phase.Guarded, (await loop.Release("1.1.0")).Phase);
    }

    [Fact]
    public async Task A_command_that_comes_late_is_not_carried_out()
    {
        using LoopFixture loop = await Guarded();
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(5, "ann", "/llmops rollback tiny-ops", loop.Clock.Now - TimeSpan.FromHours(2)));
        Assert.Contains("more than an hour", Assert.Single(loop.Reviews.Comments).Body, StringComparison.Ordinal);
        Assert.Equal(Phase.Guarded, (await loop.Release("1.1.0")).Phase);
    }

    [Fact]
    public async Task A_command_that_comes_after_a_newer_one_is_not_carried_out()
    {
        using LoopFixture loop = await AtQuarter();
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(5, "ann", "/llmops hold tiny-ops", loop.Clock.Now, id: 2));
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(5, "ann", "/llmops resume tiny-ops", loop.Clock.Now - TimeSpan.FromMinutes(5), id: 1));
        Assert.Contains("a newer command for tiny-ops came first", loop.Reviews.Comments[1].Body, StringComparison.Ordinal);
        Assert.NotNull((await loop.Release("1.1.0")).Held);
    }

    [Fact]
    public async Task Without_a_model_it_is_the_one_that_the_pull_request_touches()
    {
        using LoopFixture loop = await AtQuarter();
        int one = loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"));
        int two = loop.Reviews.Propose("Change", ("apps/tiny-ops/README.md", "x"), ("apps/other/README.md", "x"));
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(two, "ann", "/llmops hold", loop.Clock.Now, id: 1));
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(77, "ann", "/llmops hold", loop.Clock.Now, id: 2));
        Assert.All(loop.Reviews.Comments, comment => Assert.Contains("say which model", comment.Body, StringComparison.Ordinal));
        Assert.Null((await loop.Release("1.1.0")).Held);

        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(one, "ann", "/llmops hold", loop.Clock.Now, id: 3));
        Assert.Equal("a comment on #" + one, (await loop.Release("1.1.0")).Held?.Reason);
    }

    [Theory]
    [InlineData("/llmops hold unknown", "no model `unknown` is released")]
    [InlineData("/llmops frobnicate @team", "write `/llmops approve|reject|hold")]
    [InlineData("/llmops hold tiny-ops@9.9.9", "there is no release tiny-ops\\@\u200b9.9.9")]
    public async Task A_command_that_cannot_be_carried_out_is_answered_with_why(string line, string why)
    {
        using LoopFixture loop = await Guarded();
        await loop.TellAndDrain("issue_comment", GitHubHook.Comment(5, "ann", line, loop.Clock.Now));
        string answer = Assert.Single(loop.Reviews.Comments).Body;
        Assert.Contains(why, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("@team", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_button_of_a_check_is_a_command_of_who_may_write()
    {
        using LoopFixture loop = await AtQuarter();
        await loop.TellAndDrain("check_run", GitHubHook.Check("requested_action", "llmops/tiny-ops", "tiny-ops@1.1.0", "mallory", "hold", id: 1));
        await loop.TellAndDrain("check_run", GitHubHook.Check("requested_action", "llmops/tiny-ops", "tiny-ops@1.1.0", "ann", "explode", id: 2));
        Assert.Null((await loop.Release("1.1.0")).Held);

        await loop.TellAndDrain("check_run", GitHubHook.Check("requested_action", "llmops/tiny-ops", "tiny-ops@1.1.0", "ann", "hold", id: 3));
        Assert.Equal("ann", (await loop.Release("1.1.0")).Held?.By);
    }

    private static async Task<LoopFixture> Guarded()
    {
        LoopFixture loop = new();
        await loop.SecondGuarded();
        loop.Reviews.People["ann"] = Permission.Write;
        return loop;
    }

    private static async Task<LoopFixture> AtQuarter()
    {
        LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Reviews.People["ann"] = Permission.Write;
        return loop;
    }
}
