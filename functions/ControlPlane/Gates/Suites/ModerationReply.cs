using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Gates.Suites;

/// <summary>
/// Reads what a moderation endpoint says of an answer (OpenAI's `/v1/moderations`): flagged or not, by categories. The
/// assertion's value may name those that count; without it any does.
/// </summary>
internal static class ModerationReply
{
    public static CheckResult Read(Assertion assertion, Completion reply)
    {
        if (reply.Error is { } error)
        {
            return CheckAnswer.Result(assertion, null, 0, $"the moderation endpoint did not answer: {error}");
        }
        if (Result(reply.Text) is not { } result || (result["flagged"] as JsonValue)?.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
        {
            return CheckAnswer.Result(assertion, null, 0, "the moderation endpoint's answer is no verdict");
        }
        IReadOnlyList<string> categories =
        [
            .. (result["categories"] as JsonObject ?? []).Where(category => category.Value?.GetValueKind() == JsonValueKind.True).Select(category => category.Key),
        ];
        IReadOnlyList<string>? wanted = assertion.Value is JsonArray list ? [.. list.Select(Template.Text)]
            : assertion.Value is null ? null : AssertionShorthand.Split(Template.Text(assertion.Value));
        bool flagged = wanted is null ? result["flagged"]!.GetValue<bool>() : categories.Any(wanted.Contains);
        return CheckAnswer.Is(assertion, !flagged, flagged ? $"not be flagged for {string.Join(", ", categories)}" : "be flagged");
    }

    private static JsonObject? Result(string text)
    {
        try
        {
            return (JsonNode.Parse(text) as JsonObject)?["results"] is JsonArray { Count: > 0 } results ? results[0] as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
