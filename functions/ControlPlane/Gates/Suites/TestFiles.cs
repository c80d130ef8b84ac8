using System.Text.Json.Nodes;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Reads a file of tests: JSON lines of tests or of our own dialect, a table with `__expected`, YAML or JSON.</summary>
internal static class TestFiles
{
    public static Dataset Read(string name, string path, string text, TestCases cases) => Path.GetExtension(path) switch
    {
        ".jsonl" when IsOurDialect(text) => Dataset.Parse(name, path, text),
        ".jsonl" => Of(name, path, text, [.. text.Split('\n').Where(line => !string.IsNullOrWhiteSpace(line)).Select(line => YamlJson.Parse(path, line))], cases),
        ".csv" => Of(name, path, text, [.. CsvTable.Parse(path, text).Select(row => (JsonNode?)Row(path, row))], cases),
        ".yaml" or ".yml" or ".json" => Of(name, path, text, [.. YamlJson.Parse(path, text) as JsonArray ?? throw new ManifestException(path, "must be a list of tests")], cases),
        _ => throw new ManifestException(path, "must be a .jsonl, .csv, .yaml or .json file"),
    };

    // One line with `prompt` and `expected`, instead of promptfoo's `vars` and `assert`.
    private static bool IsOurDialect(string text) =>
        text.Split('\n').FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) is { } first
        && first.Contains("\"expected\"", StringComparison.Ordinal) && first.Contains("\"match\"", StringComparison.Ordinal);

    private static Dataset Of(string name, string path, string text, IReadOnlyList<JsonNode?> tests, TestCases cases) =>
        Dataset.Of(name, path, TestSuite.Sha(text), [.. tests.SelectMany((test, i) => cases.Of(
            $"{path}[{i}]", $"{name}-{i + 1}", test as JsonObject ?? throw new ManifestException(path, $"test {i + 1} must be a mapping")))]);

    private static JsonObject Row(string path, IReadOnlyDictionary<string, string> row)
    {
        JsonObject vars = [];
        JsonArray asserts = [];
        JsonObject metadata = [];
        JsonObject test = new() { ["vars"] = vars, ["assert"] = asserts, ["metadata"] = metadata };
        foreach ((string column, string field) in row)
        {
            if (column.StartsWith("__expected", StringComparison.Ordinal))
            {
                if (!string.IsNullOrWhiteSpace(field))
                {
                    asserts.Add(AssertionShorthand.Parse(field));
                }
            }
            else if (column.StartsWith("__metadata:", StringComparison.Ordinal))
            {
                metadata[column["__metadata:".Length..]] = field;
            }
            else if (column is "__description" or "__metric" or "__threshold")
            {
                test[column[2..]] = column == "__threshold" ? (field.Length == 0 ? null : YamlJson.Parse(path, field)) : field;
            }
            else if (column.StartsWith("__", StringComparison.Ordinal))
            {
                throw new ManifestException(path, $"column '{column}' would change what is asked or scored, and is not understood");
            }
            else
            {
                vars[column] = field;
            }
        }
        return WithMetric(test, asserts);
    }

    private static JsonObject WithMetric(JsonObject test, JsonArray asserts)
    {
        if (test.Remove("metric", out JsonNode? metric) && AssertionReader.Text(metric) is { Length: > 0 } name)
        {
            foreach (JsonNode? assertion in asserts)
            {
                assertion!["metric"] = name;
            }
        }
        return test;
    }
}
