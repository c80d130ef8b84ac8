using System.Text.RegularExpressions;
using LlmOps.Tests.Requirements;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.Deploy;

/// <summary>The GitOps repository's template: its folders, what Kustomize makes of them, and what Flux fills in.</summary>
internal static partial class Template
{
    public const string Root = "inference/deploy";

    /// <summary>Every folder that something applies: overlays and clusters, not components.</summary>
    public static IReadOnlyList<string> Applied { get; } = [.. Directory
        .EnumerateFiles(Repository.At(Root), "kustomization.yaml", SearchOption.AllDirectories)
        .Where(file => !File.ReadAllText(file).Contains("kind: Component", StringComparison.Ordinal))
        .Select(file => Path.GetRelativePath(Repository.At(Root), Path.GetDirectoryName(file)!).Replace('\\', '/'))
        .Order(StringComparer.Ordinal)];

    /// <summary>What Kustomize builds of a folder; it refuses unknown fields of its own files.</summary>
    public static async Task<string> Build(string folder)
    {
        (int exitCode, string output) = await Command.Run("kubectl", ["kustomize", Path.Combine(Repository.At(Root), folder)]);
        Assert.True(exitCode == 0, output);
        return output;
    }

    /// <summary>Fills in a cluster's settings as Flux does; objects that opt out are left alone.</summary>
    public static string Fill(string built, string environment)
    {
        IReadOnlyDictionary<string, string> settings = Settings(environment);
        return string.Join("\n---\n", built.Split("\n---\n").Select(document => document.Contains("substitute: disabled", StringComparison.Ordinal)
            ? document
            : Placeholder.Replace(document, match => settings.TryGetValue(match.Groups[1].Value, out string? value)
                ? value
                : throw new KeyNotFoundException($"clusters/{environment}/settings.yaml has no {match.Value}"))));
    }

    public static IReadOnlyDictionary<string, string> Settings(string environment) => Documents(Repository.Text($"{Root}/clusters/{environment}/settings.yaml"))
        .Select(document => (YamlMappingNode)document["data"]).Single().Children.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString());

    public static IReadOnlyList<YamlMappingNode> Documents(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>()];
    }

    /// <summary>The nodes at a path of keys; `*` is every item of a list.</summary>
    public static IEnumerable<YamlNode> At(YamlNode node, params IEnumerable<string> path) => path.Aggregate(
        new List<YamlNode> { node }.AsEnumerable(),
        (nodes, key) => nodes.SelectMany(at => key == "*"
            ? (at as YamlSequenceNode)?.Children ?? []
            : at is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? [child] : Array.Empty<YamlNode>()));

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")]
    private static partial Regex Placeholder { get; }
}
