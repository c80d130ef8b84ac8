using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>Puts keys and items into a YAML text and takes them out again, so that the text is what it was before.</summary>
internal static class YamlLines
{
    /// <summary>The text with lines of their own before what begins at an index, in its column.</summary>
    public static string Before(string text, int at, params ReadOnlySpan<string> lines)
    {
        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        string indent = new(' ', at - LineStart(text, at));
        string added = "";
        foreach (string line in lines)
        {
            added += $"{line}{newline}{indent}";
        }
        return text.Insert(at, added);
    }

    /// <summary>The text with `key: value` pairs of one line each before another key of a mapping.</summary>
    public static string Before(string text, YamlMappingNode mapping, string key, params ReadOnlySpan<string> pairs)
    {
        int at = (int)Key(mapping, key).Start.Index;
        return mapping.Style == MappingStyle.Flow ? text.Insert(at, $"{string.Join(", ", pairs.ToArray())}, ") : Before(text, at, pairs);
    }

    /// <summary>The text without a key of a mapping and its value.</summary>
    public static string Without(string text, YamlMappingNode mapping, string key)
    {
        YamlNode found = Key(mapping, key);
        int start = (int)found.Start.Index;
        if (mapping.Style != MappingStyle.Flow)
        {
            return WithoutLines(text, start, EndOf(mapping.Children[found]));
        }
        YamlNode? next = mapping.Children.Keys.SkipWhile(other => other != found).Skip(1).FirstOrDefault();
        return next is null ? text : text.Remove(start, (int)next.Start.Index - start);
    }

    /// <summary>The text without what begins at an index and ends on the line of another; what stands before it on its line is kept.</summary>
    public static string WithoutLines(string text, int start, int end)
    {
        int line = LineStart(text, start);
        int newline = text.IndexOf('\n', end);
        int next = newline < 0 ? text.Length : newline + 1;
        return string.IsNullOrWhiteSpace(text[line..start])
            ? text.Remove(line, next - line)
            : text.Remove(start, Math.Min(next + (start - line), text.Length) - start);
    }

    /// <summary>Where a key stands in a mapping.</summary>
    private static YamlNode Key(YamlMappingNode mapping, string key) => mapping.Children.Keys.First(node => node is YamlScalarNode { Value: { } value } && value == key);

    /// <summary>Where a node's last scalar ends: YamlDotNet gives a collection the end of its opening.</summary>
    public static int EndOf(YamlNode node) => node switch
    {
        YamlMappingNode { Children.Count: > 0 } mapping => EndOf(mapping.Children.Last().Value),
        YamlSequenceNode { Children.Count: > 0 } sequence => EndOf(sequence.Children[^1]),
        _ => (int)node.End.Index,
    };

    private static int LineStart(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
}
