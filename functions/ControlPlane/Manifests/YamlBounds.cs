using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LlmOps.Manifests;

/// <summary>
/// Holds a YAML text to bounds before it is built as a tree: what comes from a pull request may nest without end, name itself
/// by an alias, or grow by aliases of aliases. The parser's events are read one by one, so that nothing recurses.
/// </summary>
internal static class YamlBounds
{
    private const int MostDeep = 64;
    private const long MostNodes = 200_000;

    /// <summary>Throws <see cref="ManifestException"/> beyond the bounds, and the parser's own exceptions on what is no YAML.</summary>
    public static void Check(string file, string text)
    {
        Parser parser = new(new StringReader(text));
        Dictionary<AnchorName, long> sizes = [];
        Stack<(AnchorName Anchor, long Before)> open = new();
        long nodes = 0;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case DocumentStart:
                    sizes.Clear();
                    break;
                case AnchorAlias alias:
                    nodes += sizes.TryGetValue(alias.Value, out long size)
                        ? size
                        : throw new ManifestException(file, $"line {alias.Start.Line}: an alias must name an anchor that ends before it");
                    break;
                case Scalar scalar:
                    nodes++;
                    Keep(sizes, scalar.Anchor, 1);
                    break;
                case MappingStart or SequenceStart:
                    open.Push((((NodeEvent)parser.Current).Anchor, nodes++));
                    break;
                case MappingEnd or SequenceEnd:
                    (AnchorName anchor, long before) = open.Pop();
                    Keep(sizes, anchor, nodes - before);
                    break;
            }
            if (open.Count > MostDeep || nodes > MostNodes)
            {
                throw new ManifestException(file, $"is nested deeper than {MostDeep} or holds more than {MostNodes:N0} values, aliases counted");
            }
        }
    }

    private static void Keep(Dictionary<AnchorName, long> sizes, AnchorName anchor, long size)
    {
        if (!anchor.IsEmpty)
        {
            sizes[anchor] = size;
        }
    }
}
