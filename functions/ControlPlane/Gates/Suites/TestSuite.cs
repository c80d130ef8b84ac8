using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Everything that a gate file asks: its datasets, what of the file had no effect, and what would always pass.</summary>
public sealed record TestSuite(IReadOnlyList<Dataset> Datasets, IReadOnlyList<string> Ignored, IReadOnlyList<string> Warnings)
{
    /// <summary>The name of the dataset of tests that stand in the gate file itself.</summary>
    public const string Inline = "tests";

    /// <summary>
    /// Reads the datasets of a gate file: its own `datasets`, and promptfoo's `prompts`, `tests` and `defaultTest`. Paths are
    /// read relative to the file. Throws <see cref="ManifestException"/> that says where.
    /// </summary>
    public static async Task<TestSuite> Read(string file, string text, ModelPolicy policy, Func<string, Task<string>> read)
    {
        Func<string, Task<string>> safely = path => ModelPolicy.IsSafe(path) ? read(path) : throw new ManifestException(file, $"'{path}' must be a path below the file");
        List<Dataset> datasets = [];
        foreach ((string name, string relative) in policy.Datasets)
        {
            datasets.Add(Dataset.Parse(name, relative, await read(relative)));
        }
        JsonObject root = YamlJson.Parse(file, text) as JsonObject ?? throw new ManifestException(file, "must be a mapping");
        List<string> ignored = [.. root.Select(pair => pair.Key).Where(PromptfooKeys.Ignored.Contains)];
        List<string> warnings = [];
        if (root["tests"] is { } tests)
        {
            TestCases cases = new(root, await Prompts(file, root["prompts"], safely), ignored, warnings);
            datasets.AddRange(await Sources(file, tests, cases, safely));
        }
        if (datasets.Count == 0)
        {
            throw new ManifestException(file, "asks nothing: give tests or datasets");
        }
        if (datasets.GroupBy(dataset => dataset.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ManifestException(file, $"has two datasets of the name '{twice.Key}'");
        }
        foreach (GateRule gate in policy.Gates.Where(gate => gate.Dataset is { } name && datasets.All(dataset => dataset.Name != name)))
        {
            throw new ManifestException(file, $"gate {gate.Metric} names dataset '{gate.Dataset}'; there are {string.Join(", ", datasets.Select(dataset => dataset.Name))}");
        }
        return new TestSuite(datasets, [.. ignored.Distinct()], [.. warnings.Distinct()]);
    }

    private static async Task<IReadOnlyList<string>> Prompts(string file, JsonNode? prompts, Func<string, Task<string>> read)
    {
        List<string> all = [];
        foreach (JsonNode? prompt in prompts as JsonArray ?? [prompts?.DeepClone()])
        {
            string text = AssertionReader.Text(prompt) ?? AssertionReader.Text((prompt as JsonObject)?["raw"])
                ?? throw new ManifestException(file, "prompts must be texts, files, or mappings with raw; tests need at least one");
            if (FilePath(text) is not { } path)
            {
                all.Add(text);
                continue;
            }
            if (!path.EndsWith(".txt", StringComparison.Ordinal) && !path.EndsWith(".json", StringComparison.Ordinal))
            {
                throw new ManifestException(file, $"prompt '{path}' must be a .txt or .json file");
            }
            all.Add((await read(path)).TrimEnd('\n'));
        }
        return all;
    }

    private static async Task<IEnumerable<Dataset>> Sources(string file, JsonNode tests, TestCases cases, Func<string, Task<string>> read)
    {
        List<Dataset> datasets = [];
        List<EvaluationItem> inline = [];
        JsonArray sources = tests as JsonArray ?? [tests.DeepClone()];
        for (int i = 0; i < sources.Count; i++)
        {
            if (sources[i] is JsonObject test)
            {
                inline.AddRange(cases.Of($"tests[{i}]", $"t{i + 1}", test));
            }
            else if (AssertionReader.Text(sources[i]) is { } source)
            {
                string path = FilePath(source) ?? source;
                string text = await read(path);
                datasets.Add(TestFiles.Read(Path.GetFileNameWithoutExtension(path), path, text, cases));
            }
            else
            {
                throw new ManifestException(file, $"tests[{i}] must be a test or a file");
            }
        }
        return inline.Count == 0 ? datasets : [Dataset.Of(Inline, file, Sha(tests.ToJsonString()), inline), .. datasets];
    }

    internal static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string? FilePath(string text)
    {
        if (!text.StartsWith("file://", StringComparison.Ordinal))
        {
            return null;
        }
        string path = text["file://".Length..];
        return path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
    }
}
