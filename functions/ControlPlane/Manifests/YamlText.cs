using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests;

/// <summary>
/// A YAML text whose scalars are found by path and replaced where they stand, so that comments, order and formatting
/// stay as people wrote them.
/// </summary>
public sealed class YamlText
{
    private readonly string file;
    private readonly List<YamlDocument> documents;
    private readonly SortedDictionary<int, (int End, string Replacement)> edits = [];

    public YamlText(string file, string text)
    {
        this.file = file;
        Text = text;
        YamlStream stream = [];
        try
        {
            YamlBounds.Check(file, text);
            stream.Load(new StringReader(text));
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            throw new ManifestException(file, error is YamlException at ? $"line {at.Start.Line}: {at.Message}" : $"is not YAML: {error.Message}");
        }
        documents = [.. stream.Documents];
    }

    public string Text { get; }

    // On some unfinished texts YamlDotNet's scanner fails with an InvalidOperationException of its own.
    private static bool IsUnreadable(Exception error) => error is YamlException or InvalidOperationException or ArgumentException;

    /// <summary>The root mappings of the documents; an empty document has none.</summary>
    public IEnumerable<YamlMappingNode> Mappings() => documents.Select(document => document.RootNode).OfType<YamlMappingNode>();

    /// <summary>The root mapping of the only document of a Kubernetes kind, in one of these versions of its API when any are given.</summary>
    public YamlMappingNode OfKind(string kind, params string[] apiVersions)
    {
        List<YamlMappingNode> found = Mappings().Where(root => Optional(root, "kind") is YamlScalarNode { Value: { } value } && value == kind).ToList();
        if (found is not [YamlMappingNode root])
        {
            throw new ManifestException(file, $"holds {found.Count} documents of kind {kind}; it must hold one");
        }
        return apiVersions.Length == 0 || (Scalar(root, "apiVersion").Value is { } version && apiVersions.Contains(version))
            ? root
            : throw new ManifestException(file, $"'apiVersion' of the {kind} must be {string.Join(" or ", apiVersions)}");
    }

    /// <summary>The root mapping of the only document.</summary>
    public YamlMappingNode Root() =>
        documents is [{ RootNode: YamlMappingNode root }] ? root : throw new ManifestException(file, "must hold one document, a mapping");

    /// <summary>The node at a path below a mapping; throws when a part of the path is missing.</summary>
    public YamlNode At(YamlNode node, params ReadOnlySpan<string> path)
    {
        foreach (string key in path)
        {
            node = Optional(node, key) ?? throw new ManifestException(file, $"line {node.Start.Line}: '{key}' is missing");
        }
        return node;
    }

    /// <summary>The scalar at a path below a mapping.</summary>
    public YamlScalarNode Scalar(YamlNode node, params ReadOnlySpan<string> path) =>
        At(node, path) as YamlScalarNode ?? throw new ManifestException(file, $"'{string.Join('.', path)}' must be a scalar");

    /// <summary>The whole number at a path below a mapping.</summary>
    public int Number(YamlNode node, params ReadOnlySpan<string> path) => Number(Scalar(node, path));

    /// <summary>The whole number that a scalar holds.</summary>
    public int Number(YamlScalarNode scalar) =>
        int.TryParse(scalar.Value, out int number)
            ? number
            : throw new ManifestException(file, $"line {scalar.Start.Line}: '{scalar.Value}' is not a whole number");

    public static YamlNode? Optional(YamlNode node, string key) =>
        node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? child) ? child : null;

    /// <summary>Replaces a node's text when <see cref="Apply"/> is called; the replacement is written as it is given.</summary>
    public void Replace(YamlNode node, string replacement)
    {
        (int start, int end) = ((int)node.Start.Index, (int)node.End.Index);
        bool gluesToKey = start == end && start > 0 && Text[start - 1] == ':';
        edits[start] = (end, gluesToKey ? $" {replacement}" : replacement);
    }

    /// <summary>Replaces a scalar when <see cref="Apply"/> is called; one that holds the value stays as people wrote it.</summary>
    public void Set(YamlScalarNode scalar, string value, bool quoted)
    {
        if (scalar.Value != value)
        {
            Replace(scalar, quoted ? $"\"{value}\"" : value);
        }
    }

    /// <summary>The text with all replacements made.</summary>
    public string Apply()
    {
        string text = Text;
        foreach ((int start, (int end, string replacement)) in edits.Reverse())
        {
            text = string.Concat(text.AsSpan(0, start), replacement, text.AsSpan(end));
        }
        return text;
    }
}
