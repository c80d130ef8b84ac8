using System.Text.RegularExpressions;

namespace LlmOps.Inference.Telemetry.Redaction;

/// <summary>A form that a secret or personal text takes, and what is written in its place.</summary>
/// <param name="Pattern">Where it may stand. A group named <c>keep</c> at its beginning stays.</param>
/// <param name="Kind">What is written in its place, in brackets.</param>
/// <param name="Holds">Tells it from what only looks alike; null where the pattern says it all.</param>
internal sealed record Form(Regex Pattern, string Kind, Func<string, bool>? Holds = null)
{
    /// <summary>Whether it may be a part, between spaces, of what the pattern finds; for what has check digits to know it by.</summary>
    public bool MayBePart { get; init; }

    public string Hide(string text) => Pattern.Replace(text, match =>
    {
        string keep = match.Groups["keep"].Value;
        string value = match.Value[keep.Length..];
        if (Holds is null || Holds(value)) return $"{keep}[{Kind}]";
        return MayBePart ? keep + HidePart(value) : match.Value;
    });

    private string HidePart(string value)
    {
        int[] spaces = [.. Enumerable.Range(0, value.Length).Where(at => value[at] == ' ')];
        foreach (int start in spaces.Select(at => at + 1).Prepend(0))
        {
            foreach (int end in spaces.Append(value.Length).Reverse().TakeWhile(end => end > start))
            {
                if (Holds!(value[start..end])) return $"{value[..start]}[{Kind}]{value[end..]}";
            }
        }
        return value;
    }
}
