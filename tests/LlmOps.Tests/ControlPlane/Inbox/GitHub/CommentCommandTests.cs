using LlmOps.Inbox.GitHub;

namespace LlmOps.Tests.ControlPlane.Inbox.GitHub;

public sealed class CommentCommandTests
{
    [Theory]
    [InlineData("/llmops rollback", "rollback", null, null, "")]
    [InlineData("/llmops  approve   tiny-ops", "approve", "tiny-ops", null, "")]
    [InlineData("/llmops Hold tiny-ops@1.2.0-rc.1 p95 is high, look", "hold", "tiny-ops", "1.2.0-rc.1", "p95 is high, look")]
    [InlineData("/llmops retry tiny-ops \"now\" $(x)", "retry", "tiny-ops", null, "\"now\" $(x)")]
    public void A_command_has_a_verb_a_model_and_a_reason(string line, string verb, string? model, string? version, string reason) =>
        Assert.Equal(new CommentCommand(verb, model, version, reason), CommentCommand.Parse(line, out _));

    [Theory]
    [InlineData("/llmops")]
    [InlineData("/llmops delete tiny-ops")]
    [InlineData("/llmops rollback Tiny_Ops")]
    [InlineData("/llmops rollback ../x")]
    [InlineData("/llmops rollback tiny-ops@latest")]
    [InlineData("/llmops rollback tiny-ops@1.0.0@2.0.0")]
    [InlineData("/llmops rollback because it is slow!", true)]
    public void What_is_no_command_is_told_so(string line, bool parses = false)
    {
        Assert.Equal(parses, CommentCommand.Parse(line, out string problem) is not null);
        Assert.Equal(parses, problem.Length == 0);
    }

    [Theory]
    [InlineData("/llmops rollback", true)]
    [InlineData("/llmops\trollback", true)]
    [InlineData("/llmops rollback\r\nmore", true)]
    [InlineData("/llmopsrollback", false)]
    [InlineData(" /llmops rollback", false)]
    [InlineData("    /llmops rollback", false)]
    [InlineData("```\n/llmops rollback\n```", false)]
    [InlineData("> /llmops rollback", false)]
    [InlineData("Do this:\n/llmops rollback", false)]
    [InlineData("`/llmops rollback`", false)]
    [InlineData("\n/llmops rollback", false)]
    [InlineData("", false)]
    public void Only_the_first_line_from_its_first_character_is_a_command(string body, bool command) =>
        Assert.Equal(command, CommentCommand.IsCommand(CommentCommand.FirstLine(body)));
}
