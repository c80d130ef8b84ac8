using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Reads the assertions of one test. What it does not know is an error; what would always pass is a warning.</summary>
internal sealed class AssertionReader(string where, JsonObject root, JsonObject vars, JsonNode? judge, ICollection<string> warnings)
{
    private static readonly HashSet<string> Keys =
        new(StringComparer.Ordinal) { "type", "value", "threshold", "weight", "metric", "provider", "assert", "$ref", "description" };

    public IReadOnlyList<Assertion> ReadAll(JsonNode? list) => list switch
    {
        null => [],
        JsonArray array => [.. array.Select((item, i) => Read($"{where}.assert[{i}]", item))],
        _ => throw new ManifestException(where, "assert must be a list"),
    };

    private Assertion Read(string place, JsonNode? node)
    {
        if (node is not JsonObject assertion)
        {
            throw new ManifestException(place, "an assertion is a mapping with a type");
        }
        if (Text(assertion["$ref"]) is { } reference)
        {
            assertion = new JsonObject([.. Resolve(place, reference), .. assertion.Where(pair => pair.Key != "$ref").Select(Copy)]);
        }
        if (assertion.FirstOrDefault(pair => !Keys.Contains(pair.Key)) is { Key: { } unknown })
        {
            throw new ManifestException(place, $"'{unknown}' is not understood; known are {string.Join(", ", Keys)}");
        }
        string full = Text(assertion["type"]) ?? throw new ManifestException(place, "needs a type");
        bool negated = full.StartsWith("not-", StringComparison.Ordinal);
        string type = negated ? full[4..] : full;
        double? threshold = Number(place, assertion["threshold"]);
        double weight = Number(place, assertion["weight"]) ?? 1;
        if (type == Assertion.Set)
        {
            if (assertion["assert"] is not JsonArray { Count: > 0 } children || negated)
            {
                throw new ManifestException(place, "an assert-set needs assert and has no negation");
            }
            WarnOf(place, type, threshold, weight);
            return new Assertion(type, false, null, threshold, weight, Metric(place, assertion),
                [.. children.Select((child, i) => Read($"{place}.assert[{i}]", child)).Select(child =>
                    child.Type == Assertion.Set ? throw new ManifestException(place, "an assert-set cannot hold another") : child)]);
        }
        AssertionTypes.Known known = AssertionTypes.Find(place, type);
        JsonNode? value = Template.Render(place, assertion["value"], vars);
        known.Validate(place, value, threshold);
        if (type == "regex")
        {
            _ = Compiled(place, Template.Text(value));
        }
        JsonSchema.Check(place, type is "is-json" or "contains-json" ? JsonSchema.Of(place, value) : null);
        WarnOf(place, type, threshold, weight);
        return new Assertion(type, negated, value, threshold, weight, Metric(place, assertion), [])
        {
            Judge = JudgeReader.For(type, place, assertion["provider"], judge),
        };
    }

    /// <summary>An expression with a second at most to match.</summary>
    internal static Regex Compiled(string place, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException error)
        {
            throw new ManifestException(place, $"'{pattern}' is not a regular expression: {error.Message}");
        }
    }

    private IEnumerable<KeyValuePair<string, JsonNode?>> Resolve(string place, string reference)
    {
        JsonNode? at = reference.StartsWith("#/", StringComparison.Ordinal) ? root : null;
        foreach (string part in reference.Split('/').Skip(1))
        {
            at = (at as JsonObject)?[part];
        }
        return at is JsonObject found ? found.Select(Copy) : throw new ManifestException(place, $"$ref '{reference}' leads nowhere in this file");
    }

    private void WarnOf(string place, string type, double? threshold, double weight)
    {
        if (weight == 0)
        {
            warnings.Add($"{place}: weight 0 makes {type} pass whatever the answer");
        }
        if (threshold is { } low && low <= 0 && (AssertionTypes.IsScored(type) || type == Assertion.Set))
        {
            warnings.Add($"{place}: threshold {low.ToString(CultureInfo.InvariantCulture)} makes {type} pass whatever the answer");
        }
    }

    private string? Metric(string place, JsonObject assertion) =>
        Text(assertion["metric"]) is { } name ? Template.Render(place, name, vars) : null;

    private static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> pair) => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone());

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    internal static double? Number(string place, JsonNode? node) => node is null ? null
        : node is JsonValue value && value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)
        : throw new ManifestException(place, $"'{node.ToJsonString()}' is not a number");
}
