using LlmOps.Releases;

namespace LlmOps.Inbox.GitHub;

/// <summary>
/// A command as people write it in a comment: `/llmops VERB [MODEL[@VERSION]] [REASON]`, on the first line and from its first
/// character, so that nothing in a code block or a quotation is one.
/// </summary>
public sealed record CommentCommand(string Verb, string? Model, string? Version, string Reason)
{
    public const string Word = "/llmops";

    public const string Usage = "/llmops approve|reject|hold|resume|promote|rollback|retry [MODEL[@VERSION]] [REASON]";

    private static readonly string[] Verbs = ["approve", "reject", "hold", "resume", "promote", "rollback", "retry"];

    public static string FirstLine(string body) => body.Split('\n', 2)[0].TrimEnd();

    public static bool IsCommand(string line) => line == Word || (line.StartsWith(Word, StringComparison.Ordinal) && char.IsWhiteSpace(line[Word.Length]));

    /// <summary>Whether a button's name is that of a command.</summary>
    public static bool IsVerb(string text) => Verbs.Contains(text);

    /// <summary>Parses a line; <paramref name="problem"/> says what is wrong when it returns null.</summary>
    public static CommentCommand? Parse(string line, out string problem)
    {
        problem = "";
        string[] words = line.Split((char[]?)null, 4, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || words[0] != Word || !IsVerb(words[1].ToLowerInvariant()))
        {
            problem = $"write `{Usage}`";
            return null;
        }
        string verb = words[1].ToLowerInvariant();
        if (words.Length == 2)
        {
            return new CommentCommand(verb, null, null, "");
        }
        // A reason without a model would make a mistyped model a reason, and the command one for another model.
        string[] named = words[2].Split('@', 2);
        if (!Names.IsModel(named[0]) || (named.Length == 2 && !Names.IsVersion(named[1])))
        {
            problem = $"the word after {verb} must be a model, or MODEL@VERSION; a reason comes after it";
            return null;
        }
        return new CommentCommand(verb, named[0], named.ElementAtOrDefault(1), words.ElementAtOrDefault(3)?.Trim() ?? "");
    }
}
