using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOps.Gates.Scores;

namespace LlmOps.Gates.Suites;

/// <summary>Holds an answer against one assertion that needs no judge; scores and passes as promptfoo 0.121 does.</summary>
internal static class CheckAnswer
{
    private const double HalfScore = 0.5;
    private const double RougeScore = 0.75;
    private const int Edits = 5;

    public static CheckResult Of(Assertion assertion, Completion answer)
    {
        string text = answer.Text;
        JsonNode? value = assertion.Value;
        string wanted = Template.Text(value);
        return assertion.Type switch
        {
            "equals" => Is(assertion, value is JsonObject or JsonArray ? Json(text) is { } json && JsonNode.DeepEquals(json.Node, value) : text == wanted, $"equal {Short(wanted)}"),
            "contains" => Is(assertion, text.Contains(wanted, StringComparison.Ordinal), $"contain {Short(wanted)}"),
            "icontains" => Is(assertion, Low(text).Contains(Low(wanted), StringComparison.Ordinal), $"contain {Short(wanted)}"),
            "contains-any" => Is(assertion, Listed(value).Any(item => text.Contains(item, StringComparison.Ordinal)), $"contain one of {Short(wanted)}"),
            "contains-all" => Is(assertion, Listed(value).All(item => text.Contains(item, StringComparison.Ordinal)), $"contain all of {Short(wanted)}"),
            "icontains-any" => Is(assertion, Listed(value).Any(item => Low(text).Contains(Low(item), StringComparison.Ordinal)), $"contain one of {Short(wanted)}"),
            "icontains-all" => Is(assertion, Listed(value).All(item => Low(text).Contains(Low(item), StringComparison.Ordinal)), $"contain all of {Short(wanted)}"),
            "starts-with" => Is(assertion, text.StartsWith(wanted, StringComparison.Ordinal), $"start with {Short(wanted)}"),
            "regex" => Is(assertion, Matches(text, wanted), $"match {Short(wanted)}"),
            "is-refusal" => Is(assertion, RefusalPhrases.Hold(text), "be a refusal"),
            "is-json" => IsJson(assertion, text),
            "contains-json" => ContainsJson(assertion, text),
            "levenshtein" => Is(assertion, TextScores.Levenshtein(text, wanted) <= (assertion.Threshold ?? Edits), $"be within {assertion.Threshold ?? Edits} edits of {Short(wanted)}"),
            "latency" => Is(assertion, answer.LatencyMs <= assertion.Threshold, $"take at most {assertion.Threshold} ms"),
            "bleu" => Scored(assertion, TextScores.Bleu(text, Texts(value)), HalfScore),
            "gleu" => Scored(assertion, TextScores.Gleu(text, Texts(value)), HalfScore),
            "rouge-n" => Scored(assertion, TextScores.RougeOne(text, wanted), RougeScore),
            "perplexity" => Perplexity(assertion, answer),
            "perplexity-score" => Perplexity(assertion, answer),
            _ => throw new ArgumentOutOfRangeException(nameof(assertion), assertion.Type, "is not an assertion type"),
        };
    }

    /// <summary>A result without a score between: passed or not.</summary>
    public static CheckResult Is(Assertion assertion, bool holds, string what)
    {
        bool passed = holds != assertion.Negated;
        return Result(assertion, passed, passed ? 1 : 0, passed ? "passed" : $"should {(assertion.Negated ? "not " : "")}{what}");
    }

    public static CheckResult Scored(Assertion assertion, double score, double least)
    {
        double threshold = assertion.Threshold ?? least;
        bool passed = score >= threshold != assertion.Negated;
        string reason = string.Create(CultureInfo.InvariantCulture, $"{assertion.Type} {score:0.####}, {(assertion.Negated ? "should be below" : "needs")} {threshold:0.####}");
        return Result(assertion, passed, assertion.Negated ? 1 - score : score, reason);
    }

    public static CheckResult Result(Assertion assertion, bool? passed, double score, string reason) =>
        new((assertion.Negated ? "not-" : "") + assertion.Type, assertion.Metric, assertion.Weight == 0 ? true : passed, score, assertion.Weight, reason);

    // exp of minus the mean log-probability of the answer's tokens.
    private static CheckResult Perplexity(Assertion assertion, Completion answer)
    {
        if (answer.Perplexity is not { } perplexity)
        {
            return Result(assertion, null, 0, "the endpoint returned no logprobs");
        }
        double score = 1 / (1 + perplexity);
        return (assertion.Type, assertion.Threshold) switch
        {
            ("perplexity", { } most) => Is(assertion, perplexity <= most, string.Create(CultureInfo.InvariantCulture, $"have a perplexity of at most {most}; it is {perplexity:0.##}")),
            ("perplexity", null) => Result(assertion, true, 1, "no threshold"),
            (_, null) => Result(assertion, true, assertion.Negated ? 1 - score : score, "no threshold"),
            _ => Scored(assertion, score, 0),
        };
    }

    private static CheckResult IsJson(Assertion assertion, string text)
    {
        if (Json(text) is not { } json)
        {
            return Is(assertion, false, "be JSON");
        }
        string? problem = JsonSchema.Problem(JsonSchema.Of("is-json", assertion.Value), json.Node);
        return Is(assertion, problem is null, problem is null ? "be JSON of the schema" : $"be JSON of the schema: {problem}");
    }

    private static CheckResult ContainsJson(Assertion assertion, string text)
    {
        JsonNode? schema = JsonSchema.Of("contains-json", assertion.Value);
        return Is(assertion, JsonWithin.Objects(text).Any(found => JsonSchema.Problem(schema, found) is null), "contain JSON of the schema");
    }

    private static (JsonNode? Node, bool Found)? Json(string text)
    {
        try
        {
            return (JsonNode.Parse(text), true);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether a text matches; what takes longer than a second does not.</summary>
    internal static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static IReadOnlyList<string> Listed(JsonNode? value) => value is JsonArray list ? [.. list.Select(Template.Text)] : AssertionShorthand.Split(Template.Text(value));

    private static IReadOnlyList<string> Texts(JsonNode? value) => value is JsonArray list ? [.. list.Select(Template.Text)] : [Template.Text(value)];

    private static string Low(string text) => text.ToLowerInvariant();

    private static string Short(string text) => $"'{Ports.PlainText.OneLine(text, 80)}'";
}
