using System.Globalization;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace LlmOps.LocalHost.Cluster.Manifests;

/// <summary>A place in a manifest, present or absent, that names itself when what it holds is not what was asked for.</summary>
internal readonly struct ManifestNode(YamlNode? node, string path)
{
    public bool Exists => node is not null;

    public string Text => TextOrNull ?? throw Refuse("is required");

    public string? TextOrNull => node switch
    {
        null => null,
        YamlScalarNode { Value: { } text } => text,
        _ => throw Refuse("must be a scalar"),
    };

    public IEnumerable<ManifestNode> Items
    {
        get
        {
            string at = path;
            return node switch
            {
                null => [],
                YamlSequenceNode sequence => sequence.Children.Select((child, index) => new ManifestNode(child, $"{at}[{index}]")),
                _ => throw Refuse("must be a list"),
            };
        }
    }

    public ManifestNode this[string key] => node switch
    {
        null => new(null, Path(key)),
        YamlMappingNode mapping when mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) => new(child, Path(key)),
        YamlMappingNode => new(null, Path(key)),
        _ => throw Refuse("must be a mapping"),
    };

    /// <summary>The documents of a file; throws <see cref="ManifestException"/> when it is not YAML.</summary>
    public static IReadOnlyList<ManifestNode> Documents(string text)
    {
        YamlStream stream = [];
        try
        {
            RefuseAliases(text);
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new ManifestException($"line {error.Start.Line}: {error.Message}");
        }
        return [.. stream.Documents.Select(document => document.RootNode)
            .Where(root => root is not YamlScalarNode { Value: null or "" }).Select(root => new ManifestNode(root, ""))];
    }

    /// <summary>A whole number within bounds; <paramref name="absent"/> stands for a field that is not there (null: it must be).</summary>
    public int Int(int? absent, int least, int most)
    {
        if (!Exists && absent is { } value)
        {
            return value;
        }
        bool isNumber = int.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number);
        return isNumber && number >= least && number <= most
            ? number
            : throw Refuse($"must be a whole number from {least} to {most}, not '{Text}'");
    }

    /// <summary>The node in one way of writing, whatever its style, order of keys or comments.</summary>
    public string Canonical() => Write(node, new StringBuilder()).ToString();

    public ManifestException Refuse(string reason) => new($"{path} {reason}");

    /// <summary>An alias can make a document endless or huge; the manifests need none.</summary>
    private static void RefuseAliases(string text)
    {
        Parser parser = new(new StringReader(text));
        while (parser.MoveNext())
        {
            if (parser.Current is AnchorAlias alias)
            {
                throw new ManifestException($"line {alias.Start.Line}: aliases are not admitted");
            }
        }
    }

    private string Path(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static StringBuilder Write(YamlNode? node, StringBuilder text) => node switch
    {
        YamlMappingNode mapping => mapping.Children.OrderBy(pair => pair.Key.ToString(), StringComparer.Ordinal)
            .Aggregate(text.Append('{'), (all, pair) => Write(pair.Value, Write(pair.Key, all).Append(':')).Append(',')).Append('}'),
        YamlSequenceNode sequence => sequence.Children.Aggregate(text.Append('['), (all, item) => Write(item, all).Append(',')).Append(']'),
        _ => text.Append('"').Append((node as YamlScalarNode)?.Value?.Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"'),
    };
}
