using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>The assertion types that this runner knows, and what each needs.</summary>
internal static class AssertionTypes
{
    private const string NeedsText = "needs a text or a number as value";

    private static readonly Dictionary<string, Known> All = new(StringComparer.Ordinal)
    {
        ["equals"] = new(value => value is null ? "needs a value" : null),
        ["contains"] = new(NotEmpty),
        ["icontains"] = new(NotEmpty),
        ["contains-any"] = new(List),
        ["contains-all"] = new(List),
        ["icontains-any"] = new(List),
        ["icontains-all"] = new(List),
        ["starts-with"] = new(NotEmpty),
        ["regex"] = new(NotEmpty),
        ["is-json"] = new(_ => null),
        ["contains-json"] = new(_ => null),
        ["is-refusal"] = new(_ => null),
        ["bleu"] = new(Texts, Scored: true),
        ["gleu"] = new(Texts, Scored: true),
        ["rouge-n"] = new(NotEmpty, Scored: true),
        ["levenshtein"] = new(NotEmpty),
        ["latency"] = new(_ => null, NeedsThreshold: true),
        ["perplexity"] = new(_ => null),
        ["perplexity-score"] = new(_ => null, Scored: true),
        ["llm-rubric"] = new(NotEmpty, Scored: true),
        ["moderation"] = new(value => value is null ? null : List(value)),
    };

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Whether its score is held against a least one.</summary>
    public static bool IsScored(string type) => All.TryGetValue(type, out Known? known) && known.Scored;

    public static Known Find(string place, string type) => All.TryGetValue(type, out Known? known)
        ? known
        : throw new ManifestException(place, $"'{type}' is not an assertion type of this runner; known are {string.Join(", ", All.Keys)} and assert-set");

    private static string? NotEmpty(JsonNode? value) => Template.Text(value).Length > 0 && value is JsonValue ? null : NeedsText;

    private static string? List(JsonNode? value) =>
        value is JsonArray { Count: > 0 } array && array.All(item => item is JsonValue) || NotEmpty(value) is null ? null : "needs a list of texts, or texts between commas";

    private static string? Texts(JsonNode? value) =>
        value is JsonArray { Count: > 0 } array && array.All(item => item?.GetValueKind() == JsonValueKind.String) || NotEmpty(value) is null ? null : "needs a text or a list of texts";

    /// <summary>A type: what is wrong with a value, whether it needs a threshold, and whether its score is held against one.</summary>
    internal sealed record Known(Func<JsonNode?, string?> Wrong, bool NeedsThreshold = false, bool Scored = false)
    {
        public void Validate(string place, JsonNode? value, double? threshold)
        {
            if ((NeedsThreshold && threshold is null ? "needs a threshold" : Wrong(value)) is { } wrong)
            {
                throw new ManifestException(place, wrong);
            }
        }
    }
}
