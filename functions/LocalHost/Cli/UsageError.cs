using System.CommandLine;

namespace LlmOps.LocalHost.Cli;

/// <summary>Says what is wrong with a command line, and where its help is.</summary>
internal static class UsageError
{
    public static int Show(ParseResult parsed, TextWriter error)
    {
        string command = parsed.CommandResult.Command is RootCommand
            ? "llmops"
            : string.Join(' ', Path(parsed.CommandResult.Command).Reverse().Prepend("llmops"));
        // An unknown command is reported as that and as a missing one; the first says it all.
        List<string> problems = parsed.UnmatchedTokens.Count > 0
            ? [.. parsed.UnmatchedTokens.Select(token => token.StartsWith('-') ? $"there is no option '{token}'" : $"'{token}' is not understood here")]
            : [.. parsed.Errors.Select(problem => problem.Message)];
        foreach (string problem in problems)
        {
            error.WriteLine($"llmops: {problem}");
        }
        error.WriteLine($"llmops: `{command} --help` shows what there is");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> Path(Command command)
    {
        for (Command? at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return at.Name;
        }
    }
}
