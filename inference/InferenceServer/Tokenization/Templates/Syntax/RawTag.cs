using System.Text.RegularExpressions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>The tags around text that is to be written as it stands.</summary>
internal static partial class RawTag
{
    public static bool Opens(string source, int at, out int after)
    {
        Match match = Opening.Match(source, at);
        after = match.Index + match.Length;
        return match.Success;
    }

    /// <summary>Looks for the end of raw text from <paramref name="from"/> on.</summary>
    public static bool Closes(string source, int from, out int at, out int after)
    {
        Match match = Closing.Match(source, from);
        (at, after) = (match.Index, match.Index + match.Length);
        return match.Success;
    }

    public static int SkipSpace(string source, int at)
    {
        while (at < source.Length && PythonText.IsSpace(source[at])) at++;
        return at;
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex Opening { get; }

    [GeneratedRegex(@"\{%[-+]?\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex Closing { get; }
}
