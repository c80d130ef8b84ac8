using YamlDotNet.RepresentationModel;

namespace LlmOps.Doctor;

/// <summary>A node of a file and its line there; one that is missing has the line of what it would stand in.</summary>
internal sealed record Place(string File, YamlNode? Node, int Offset, int Above)
{
    public int Line => Node is null ? Above : Offset + (int)Node.Start.Line;

    public bool Exists => Node is not null;

    /// <summary>The text of a scalar; null where there is none.</summary>
    public string? Text => (Node as YamlScalarNode)?.Value;

    public bool IsTrue => Text == "true";

    public IEnumerable<string> Keys =>
        (Node as YamlMappingNode)?.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? "") ?? [];

    /// <summary>The items of a sequence; none where there is no sequence.</summary>
    public IEnumerable<Place> Items =>
        (Node as YamlSequenceNode)?.Children.Select(child => this with { Node = child }) ?? [];

    /// <summary>The place at a path of keys, found or missing.</summary>
    public Place At(params ReadOnlySpan<string> path)
    {
        Place at = this;
        foreach (string key in path)
        {
            YamlNode? child = at.Node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out YamlNode? found) ? found : null;
            at = at with { Node = child, Above = at.Line };
        }
        return at;
    }
}
