using System.Globalization;
using System.Text;
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
        if (Read(text).Contains(entry.Digest))
        {
            return text!;
        }
        (YamlText yaml, YamlSequenceNode list) = Parse(text);
        string block = Block(entry);
        if (list.Children.Count == 0)
        {
            yaml.Replace(list, "\n" + block.TrimEnd('\n'));
            return yaml.Apply();
        }
        if (list.Style == YamlDotNet.Core.Events.SequenceStyle.Flow)
        {
            throw new ManifestException(Slots.QuarantinePath, "write the list of digests as a block, one '- digest:' a line");
        }
        int end = EndOfLine(yaml.Text, (int)LastScalar(list.Children[^1]).End.Index);
        string indent = new(' ', (int)list.Children[0].Start.Column - 3);
        string indented = string.Concat(block.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{indent}{line[2..]}\n"));
        return yaml.Text[..end] + (yaml.Text[..end].EndsWith('\n') ? "" : "\n") + indented + yaml.Text[end..];
    }

    private static (YamlText Yaml, YamlSequenceNode List) Parse(string? text)
    {
        YamlText yaml = new(Slots.QuarantinePath, text ?? throw new ManifestException(Slots.QuarantinePath, "is missing; write 'digests: []'"));
        return (yaml, yaml.At(yaml.Root(), "digests") as YamlSequenceNode
            ?? throw new ManifestException(Slots.QuarantinePath, "'digests' must be a list"));
    }

    private static string Block(QuarantineEntry entry) => new StringBuilder()
        .Append("  - digest: ").Append(entry.Digest).Append('\n')
        .Append("    release: ").Append(entry.Release).Append('\n')
        .Append("    reason: ").Append(Quote(entry.Reason)).Append('\n')
        .Append("    since: ").Append(entry.Since.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)).Append('\n')
        .ToString();

    // A JSON string is a YAML double-quoted scalar: alert texts cannot break out of it.
    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    private static YamlNode LastScalar(YamlNode node) => node switch
    {
        YamlMappingNode mapping when mapping.Children.Count > 0 => LastScalar(mapping.Children.Last().Value),
        YamlSequenceNode sequence when sequence.Children.Count > 0 => LastScalar(sequence.Children[^1]),
        _ => node,
    };

    private static int EndOfLine(string text, int from)
    {
        int newline = text.IndexOf('\n', from);
        return newline < 0 ? text.Length : newline + 1;
    }
}
