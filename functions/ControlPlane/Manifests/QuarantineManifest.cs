using System.Globalization;
using System.Text;
using LlmOps.Ports;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests;

/// <summary>A digest that may not be rolled out again until a person removes its entry.</summary>
public sealed record QuarantineEntry(string Digest, string Release, string Reason, DateTimeOffset Since);

/// <summary>The digests in quarantine, in a file of their own at the root of the GitOps repository.</summary>
public static class QuarantineManifest
{
    /// <summary>The digests in quarantine. A missing file is an error: an empty list must be written down.</summary>
    public static IReadOnlySet<string> Read(string? text)
    {
        (YamlText yaml, YamlSequenceNode list) = Parse(text);
        return list.Children.Select(entry => yaml.Scalar(entry, "digest").Value ?? "").ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The file's text with an entry added at the end of the list; unchanged when its digest is there already.</summary>
    public static string Add(string? text, QuarantineEntry entry)
    {
        IReadOnlySet<string> before = Read(text);
        if (before.Contains(entry.Digest))
        {
            return text!;
        }
        (YamlText yaml, YamlSequenceNode list) = Parse(text);
        string added = list switch
        {
            { Children.Count: 0 } => Begin(yaml.Text, list, entry),
            { Style: SequenceStyle.Flow } => throw new ManifestException(Slots.QuarantinePath, "write the list of digests as a block, one '- digest:' a line"),
            _ => Insert(yaml.Text, EndOfLine(yaml.Text, EndOf(list.Children[^1])), (int)list.Start.Column - 1, entry),
        };
        return Read(added).SetEquals(before.Append(entry.Digest))
            ? added
            : throw new ManifestException(Slots.QuarantinePath, "cannot be edited in place: write one '- digest:' a line under 'digests:'");
    }

    private static (YamlText Yaml, YamlSequenceNode List) Parse(string? text)
    {
        YamlText yaml = new(Slots.QuarantinePath, text ?? throw new ManifestException(Slots.QuarantinePath, "is missing; write 'digests: []'"));
        return (yaml, yaml.At(yaml.Root(), "digests") as YamlSequenceNode
            ?? throw new ManifestException(Slots.QuarantinePath, "'digests' must be a list"));
    }

    // The empty brackets go; a comment after them stays on its line, and the entry begins on the next. The parser's end of
    // a flow list lies before its closing bracket.
    private static string Begin(string text, YamlSequenceNode list, QuarantineEntry entry)
    {
        int start = (int)list.Start.Index;
        string before = text[..start].TrimEnd(' ');
        string emptied = before + text[(text.IndexOf(']', start) + 1)..];
        return Insert(emptied, EndOfLine(emptied, before.Length), 2, entry);
    }

    private static string Insert(string text, int at, int indent, QuarantineEntry entry)
    {
        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        string[] lines =
        [
            $"- digest: {entry.Digest}",
            $"  release: {entry.Release}",
            $"  reason: {Quote(entry.Reason)}",
            $"  since: {entry.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}",
        ];
        string block = string.Concat(lines.Select(line => $"{new string(' ', indent)}{line}{newline}"));
        return text[..at] + (at > 0 && text[at - 1] != '\n' ? newline : "") + block + text[at..];
    }

    // A YAML double-quoted scalar (YAML 1.2, 5.7): alert texts cannot break out of it.
    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (Rune rune in PlainText.OneLine(text).EnumerateRunes())
        {
            quoted.Append(rune.Value is '"' or '\\' ? $"\\{rune}" : rune.ToString());
        }
        return quoted.Append('"').ToString();
    }

    // YamlDotNet gives a collection the end of its opening, so its last scalar tells.
    private static int EndOf(YamlNode node) => node switch
    {
        YamlMappingNode { Children.Count: > 0 } mapping => EndOf(mapping.Children.Last().Value),
        YamlSequenceNode { Children.Count: > 0 } sequence => EndOf(sequence.Children[^1]),
        _ => (int)node.End.Index,
    };

    private static int EndOfLine(string text, int from)
    {
        if (from > 0 && text[from - 1] == '\n')
        {
            return from;
        }
        int newline = text.IndexOf('\n', from);
        return newline < 0 ? text.Length : newline + 1;
    }
}
