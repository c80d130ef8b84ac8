using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests;

/// <summary>
/// What a slot's file says besides version, digest and replicas: image, arguments, environment, prompts. At rest both slots
/// say the same; where the slot without traffic says something else, a person proposes it.
/// </summary>
public static partial class SlotSettings
{
    private static readonly SlotManifest None = new("0.0.0", new string('0', 64), 0);

    /// <summary>The digest (SHA-256, hex) of the settings, whichever slot has them; comments, order of keys and formatting do not count.</summary>
    public static string Digest(IManifestDialect dialect, SlotFile file)
    {
        // Where an annotation stops a slot, the replicas would stay beside it: they are set to one first.
        string text = dialect.WriteSlot(file, None with { Replicas = 1 });
        text = dialect.WriteSlot(file with { Text = text }, None);
        StringBuilder canonical = new();
        foreach (YamlMappingNode document in new YamlText(file.Path, text).Mappings())
        {
            Write(document, file.Slot, canonical);
            canonical.Append('\n');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));
    }

    /// <summary>The text of a slot's file with the settings of the other slot's, as they are written there; its own version, digest and replicas stay.</summary>
    public static string Carry(IManifestDialect dialect, SlotFile from, SlotFile to)
    {
        if (Digest(dialect, from) == Digest(dialect, to))
        {
            return to.Text;
        }
        SlotFile carried = to with { Text = Named(from.Text, from.Slot, to.Slot) };
        string text = dialect.WriteSlot(carried, dialect.ReadSlot(to));
        return Digest(dialect, to with { Text = text }) == Digest(dialect, from)
            ? text
            : throw new ManifestException(to.Path, $"cannot take the settings of {from.Path}: apart from the slot's name both must say the same");
    }

    // The name as a word: `tiny-ops-blue`, `slot: blue`, but not `bluebird`.
    private static string Named(string text, string from, string to) =>
        Word().Replace(text, word => word.ValueSpan.SequenceEqual(from) ? to : word.ValueSpan.SequenceEqual(to) ? from : word.Value);

    private static void Write(YamlNode node, string slot, StringBuilder text)
    {
        switch (node)
        {
            case YamlScalarNode scalar:
                string value = slot == Slots.Blue ? scalar.Value ?? "" : Named(scalar.Value ?? "", slot, Slots.Other(slot));
                bool plain = scalar.Style is ScalarStyle.Plain or ScalarStyle.Any;
                text.Append(CultureInfo.InvariantCulture, $"{(plain ? 'p' : 'q')}{value.Length}:{value}");
                break;
            case YamlSequenceNode sequence:
                text.Append('[');
                foreach (YamlNode child in sequence.Children)
                {
                    Write(child, slot, text);
                }
                text.Append(']');
                break;
            case YamlMappingNode mapping:
                text.Append('{');
                foreach (string entry in mapping.Children.Select(pair => Entry(pair.Key, pair.Value, slot)).Order(StringComparer.Ordinal))
                {
                    text.Append(entry);
                }
                text.Append('}');
                break;
            default:
                throw new InvalidOperationException($"a node of kind {node.NodeType} is not written");
        }
    }

    private static string Entry(YamlNode key, YamlNode value, string slot)
    {
        StringBuilder entry = new();
        Write(key, slot, entry);
        Write(value, slot, entry);
        return entry.ToString();
    }

    [GeneratedRegex($@"\b({Slots.Blue}|{Slots.Green})\b")]
    private static partial Regex Word();
}
