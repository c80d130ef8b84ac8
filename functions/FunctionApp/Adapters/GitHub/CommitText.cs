using System.Text.RegularExpressions;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>A commit's message as git reads it: the subject, and the trailers of the last paragraph (git-interpret-trailers).</summary>
internal static partial class CommitText
{
    // Git knows its own trailers, and then takes a paragraph for one of trailers although others stand in it.
    private static readonly string[] GitsOwn = ["Signed-off-by: ", "(cherry picked from commit "];

    /// <summary>The first paragraph on one line.</summary>
    public static string Subject(string message) => string.Join(' ', Paragraph(Lines(message)));

    /// <summary>The trailers by key; the last of a key wins, and a line that begins with a space goes on with the one before.</summary>
    public static IReadOnlyDictionary<string, string> Trailers(string message)
    {
        List<string> lines = [.. Lines(message)];
        List<string> last = [.. Paragraph(Enumerable.Reverse(lines)).Reverse()];
        Dictionary<string, string> trailers = [];
        if (lines.Count == last.Count || !AreTrailers(last))
        {
            return trailers;
        }
        string? key = null;
        foreach (string line in last)
        {
            if (char.IsWhiteSpace(line[0]))
            {
                if (key is not null)
                {
                    trailers[key] = $"{trailers[key]} {line.Trim()}".Trim();
                }
            }
            else if (Trailer().Match(line) is { Success: true } trailer)
            {
                key = trailer.Groups[1].Value;
                trailers[key] = trailer.Groups[2].Value.Trim();
            }
            else
            {
                key = null;
            }
        }
        return trailers;
    }

    private static bool AreTrailers(List<string> lines)
    {
        int trailers = lines.Count(line => Trailer().IsMatch(line) || IsGitsOwn(line));
        int others = lines.Count(line => !char.IsWhiteSpace(line[0]) && !Trailer().IsMatch(line) && !IsGitsOwn(line));
        return trailers > 0 && !char.IsWhiteSpace(lines[0][0]) && (others == 0 || (lines.Any(IsGitsOwn) && trailers * 3 >= others));
    }

    private static bool IsGitsOwn(string line) => GitsOwn.Any(prefix => line.StartsWith(prefix, StringComparison.Ordinal));

    private static string[] Lines(string message) => message.Replace("\r\n", "\n", StringComparison.Ordinal).Trim('\n').Split('\n');

    private static IEnumerable<string> Paragraph(IEnumerable<string> lines) =>
        lines.SkipWhile(line => string.IsNullOrWhiteSpace(line)).TakeWhile(line => !string.IsNullOrWhiteSpace(line));

    [GeneratedRegex(@"\A([A-Za-z0-9-]+)[ \t]*:(.*)\z", RegexOptions.Singleline)]
    private static partial Regex Trailer();
}
