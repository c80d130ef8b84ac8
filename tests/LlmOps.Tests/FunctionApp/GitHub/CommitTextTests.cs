using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.FunctionApp.GitHub;

[Needs(Tool.Git)]
public sealed class CommitTextTests
{
    private static readonly string[] Messages =
    [
        "Subject", "Subject\n\nBody.", "Subject\n\nRelease: a@1", "Subject\n\nBody: not one\n\nRelease: a@1\nStep: 2\nStep: 3",
        "Release: the subject is none", "Sub\nject\n\nBody\n\nKey-1: a\n  goes on\nOther : b", "Subject\n\nRelease: a@1\nand a sentence",
        "Subject\n\nRelease: a@1\n\nA last paragraph.", "Subject\n\nSigned-off-by: Ann <a@b>\none\ntwo\nthree", "Subject\n\nSigned-off-by: Ann <a@b>\none\ntwo\nthree\nfour",
        "Squash (#7)\n\n* Stage it\n\nWithout traffic.\n\nIdempotency-Key: tiny-ops@1.0.0/stage\n\nCo-authored-by: Ann <a@b>", "Subject\r\n\r\nRelease: a@1\r\nStep: 1",
        "Subject\n\nhttp://example.test/x\n\nKey: http://x", "Subject\n\n---\n\nRelease: after a divider", "Subject\n\nEmpty:\nRelease: a", "\n\nSubject\n\nKey: v\n\n\n",
    ];

    [ContractFact]
    public async Task Reads_subject_and_trailers_as_git_does()
    {
        foreach (string message in Messages)
        {
            (int code, string output) = await Command.Run("git", ["interpret-trailers", "--parse", "--no-divider"], message.Replace("\r\n", "\n", StringComparison.Ordinal).Trim('\n') + "\n");
            Assert.Equal(0, code);
            Dictionary<string, string> expected = [];
            foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                expected[line.Split(':')[0].Trim()] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }
            Assert.True(expected.OrderBy(one => one.Key).SequenceEqual(CommitText.Trailers(message).OrderBy(one => one.Key)),
                $"{message}\n\ngit: {string.Join(", ", expected)}\nwe: {string.Join(", ", CommitText.Trailers(message))}");
        }
        Assert.Equal("Sub ject", CommitText.Subject("\nSub\nject\n\nBody"));
    }
}
