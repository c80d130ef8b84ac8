using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Turns one test of promptfoo's form, over the default test, into the items that it asks.</summary>
internal sealed class TestCases(JsonObject root, IReadOnlyList<string> prompts, ICollection<string> ignored, ICollection<string> warnings)
{
    private static readonly HashSet<string> Read = new(StringComparer.Ordinal) { "description", "vars", "assert", "threshold", "metadata", "options" };

    // What would change an answer or its score must not be ignored.
    private static readonly HashSet<string> Refused = new(StringComparer.Ordinal) { "assertScoringFunction", "providerOutput", "provider", "providers", "prompts" };

    private readonly JsonObject common = root["defaultTest"] switch
    {
        null => [],
        JsonObject found => found,
        _ => throw new ManifestException("defaultTest", "must be a mapping"),
    };

    /// <summary>The items of one test: one for each prompt and each combination of listed variables.</summary>
    public IEnumerable<EvaluationItem> Of(string place, string id, JsonObject test)
    {
        Check("defaultTest", common);
        Check(place, test);
        JsonObject metadata = Merge(common["metadata"], test["metadata"]);
        JsonObject options = Merge(common["options"], test["options"]);
        foreach (string key in options.Select(option => option.Key).Where(key => key is not ("provider" or "disableDefaultAsserts")))
        {
            throw new ManifestException(place, $"options.{key} would change what is asked or scored, and is not understood");
        }
        string name = AssertionReader.Text(metadata["id"]) ?? id;
        double? threshold = AssertionReader.Number(place, test["threshold"] ?? common["threshold"]);
        if (threshold is <= 0)
        {
            warnings.Add($"{place}: threshold {threshold} makes the test pass whatever the answer");
        }
        bool alone = options["disableDefaultAsserts"] is JsonValue off && off.GetValueKind() == JsonValueKind.True;
        JsonArray asserts = [.. (alone ? [] : Items(common["assert"])).Concat(Items(test["assert"])).Select(node => node?.DeepClone())];
        if (asserts.Count == 0)
        {
            warnings.Add($"{place}: has no assertions and passes whatever the answer");
        }
        List<JsonObject> combinations = [.. Combine(place, Merge(common["vars"], test["vars"]))];
        for (int p = 0; p < prompts.Count; p++)
        {
            for (int c = 0; c < combinations.Count; c++)
            {
                string suffix = (prompts.Count > 1 ? $"/p{p + 1}" : "") + (combinations.Count > 1 ? $"/v{c + 1}" : "");
                AssertionReader reader = new(place, root, combinations[c], options["provider"], warnings);
                yield return new EvaluationItem(name + suffix, Template.Render(place, prompts[p], combinations[c]), "", Match.Assertions)
                {
                    Category = AssertionReader.Text(metadata["category"]),
                    Assertions = reader.ReadAll(asserts),
                    Threshold = threshold,
                };
            }
        }
    }

    private void Check(string place, JsonObject test)
    {
        foreach (string key in test.Select(pair => pair.Key).Where(key => !Read.Contains(key)))
        {
            if (Refused.Contains(key))
            {
                throw new ManifestException(place, $"'{key}' would change what is asked or scored, and is not understood");
            }
            ignored.Add($"{place}.{key}");
        }
    }

    // promptfoo asks every combination of variables that are lists.
    private static IEnumerable<JsonObject> Combine(string place, JsonObject vars)
    {
        IEnumerable<JsonObject> all = [[]];
        foreach ((string name, JsonNode? value) in vars)
        {
            if (AssertionReader.Text(value) is { } text && text.StartsWith("file://", StringComparison.Ordinal))
            {
                throw new ManifestException(place, $"vars.{name}: variables from files are not understood");
            }
            IReadOnlyList<JsonNode?> values = value is JsonArray list ? [.. list] : [value];
            all = [.. all.SelectMany(before => values.Select(one =>
            {
                JsonObject next = (JsonObject)before.DeepClone();
                next[name] = AssertionReader.Text(one) is { } inner ? Template.Render(place, inner, before) : one?.DeepClone();
                return next;
            }))];
        }
        return all;
    }

    private static JsonObject Merge(JsonNode? under, JsonNode? over)
    {
        JsonObject merged = (JsonObject?)(under as JsonObject)?.DeepClone() ?? [];
        foreach ((string key, JsonNode? value) in over as JsonObject ?? [])
        {
            merged[key] = value?.DeepClone();
        }
        return merged;
    }

    private static IEnumerable<JsonNode?> Items(JsonNode? list) => list as JsonArray ?? [];
}
