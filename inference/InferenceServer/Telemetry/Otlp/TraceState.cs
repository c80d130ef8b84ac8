using System.Text.RegularExpressions;

namespace LlmOps.Inference.Telemetry.Otlp;

/// <summary>What a client's header <c>tracestate</c> may add to our spans: as much as the recommendation asks to be passed on, and nothing else.</summary>
internal static partial class TraceState
{
    // W3C Trace Context, 3.3.1: a list of more members is discarded, and at least so many characters are passed on.
    private const int MostMembers = 32;
    private const int MostCharacters = 512;

    /// <summary>The header as it came, or null where it is too long or not what the recommendation says.</summary>
    public static string? Of(string? header)
    {
        if (header is null or "" || header.Length > MostCharacters) return null;
        string[] members = [.. header.Split(',').Select(member => member.Trim(' ', '\t')).Where(member => member.Length > 0)];
        bool valid = members.Length is > 0 and <= MostMembers && members.All(Member().IsMatch)
            && members.Select(member => member[..member.IndexOf('=', StringComparison.Ordinal)]).Distinct(StringComparer.Ordinal).Count() == members.Length;
        return valid ? string.Join(',', members) : null;
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_*/@-]{0,255}=[\x20-\x2B\x2D-\x3C\x3E-\x7E]{0,255}[\x21-\x2B\x2D-\x3C\x3E-\x7E]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Member();
}
