using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LlmOps.Gates.Suites;

/// <summary>
/// The one-line form of an assertion in a table's `__expected` column: `contains-any: a, b`, `not-regex: x`,
/// `rouge-n(0.5): text`, `grade: rubric`; anything else is the text that the answer must equal.
/// </summary>
internal static partial class AssertionShorthand
{
    private const double DefaultThreshold = 0.75;

    public static JsonObject Parse(string text)
    {
        text = text.Trim();
        if (text.StartsWith("grade:", StringComparison.Ordinal) || text.StartsWith("llm-rubric:", StringComparison.Ordinal))
        {
            return new JsonObject { ["type"] = "llm-rubric", ["value"] = text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..] };
        }
        System.Text.RegularExpressions.Match match = Typed().Match(text);
        string type = match.Groups["type"].Value;
        bool runsCode = type is "javascript" or "python" or "fn" or "eval";
        if (!match.Success || !(runsCode || AssertionTypes.Names.Contains(type)))
        {
            return new JsonObject { ["type"] = "equals", ["value"] = text };
        }
        JsonObject assertion = new() { ["type"] = match.Groups["not"].Value + type };
        string value = match.Groups["value"].Value;
        if (match.Groups["value"].Success)
        {
            assertion["value"] = type is "is-json" or "contains-json" ? value : value.Trim();
        }
        if (type is "latency" or "levenshtein" or "perplexity" or "perplexity-score" or "rouge-n" or "starts-with")
        {
            assertion["threshold"] = match.Groups["threshold"].Success
                ? double.Parse(match.Groups["threshold"].Value, CultureInfo.InvariantCulture) : DefaultThreshold;
        }
        return assertion;
    }

    /// <summary>Texts between commas; one in quotes may hold commas, a backslash or a doubled quote keeps a quote.</summary>
    public static IReadOnlyList<string> Split(string text) => [.. Fields().Matches(text)
        .Select(field => field.Groups["quoted"].Success
            ? Escaped().Replace(field.Groups["quoted"].Value, "$1")
            : field.Groups["plain"].Value.Trim())
        .Where(field => field.Length > 0)];

    [GeneratedRegex(@"^(?<not>not-)?(?<type>[a-z]+(?:-[a-z]+)*)(?:\((?<threshold>\d+(?:\.\d+)?)\))?(?::(?<value>[\s\S]*))?$")]
    private static partial Regex Typed();

    [GeneratedRegex("""\s*(?:"(?<quoted>(?:\\["\\]|""|[^"])*)"\s*|(?<plain>[^,]+))(?:,|$)""")]
    private static partial Regex Fields();

    [GeneratedRegex("""[\\"](["\\])""")]
    private static partial Regex Escaped();
}
