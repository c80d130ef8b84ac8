using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Tokenization;

/// <summary>How a vocabulary entry is written as bytes of text.</summary>
/// <param name="ByteLevel">Whether entries are spelled in GPT-2's alphabet of bytes.</param>
/// <param name="Space">The text that stands for a space, if one does.</param>
/// <param name="Fallback">Whether an entry such as &lt;0x0A&gt; stands for that byte.</param>
/// <param name="StripsFirstSpace">Whether a space at the very beginning of a text is not part of it.</param>
internal sealed record TokenText(bool ByteLevel, string? Space, bool Fallback, bool StripsFirstSpace)
{
    public byte[] Of(string entry)
    {
        if (ByteLevel) return ByteAlphabet.Spelled(entry) ?? Encoding.UTF8.GetBytes(entry);
        if (Fallback && ByteOf(entry) is { } value) return [value];
        return Encoding.UTF8.GetBytes(Space is null ? entry : entry.Replace(Space, " ", StringComparison.Ordinal));
    }

    /// <summary>The entry that stands for a byte where byte fallback is used.</summary>
    public static string FallbackEntry(byte value) => $"<0x{value:X2}>";

    public static TokenText Read(Part? decoder, bool byteLevel)
    {
        TokenText text = new(byteLevel, null, false, false);
        return decoder is { } part ? Read(part, text) : text;
    }

    private static TokenText Read(Part part, TokenText text)
    {
        switch (part.Type)
        {
            case "Sequence":
                return part.Items("decoders").Aggregate(text, (at, one) => Read(one, at));
            case "ByteLevel" when text.ByteLevel:
            case "Fuse":
                return text;
            case "ByteFallback":
                return text with { Fallback = true };
            case "Replace" when part.Text("content") == " " && part.Get("pattern").OptionalText("String") is { } space:
                return text with { Space = space };
            case "Strip" when part.Text("content") == " " && part.Integer("start") == 1 && part.Integer("stop") == 0:
                return text with { StripsFirstSpace = true };
            case "Metaspace":
                string scheme = part.OptionalText("prepend_scheme") ?? (part.Flag("add_prefix_space", otherwise: true) ? "always" : "never");
                return text with { Space = part.Text("replacement"), StripsFirstSpace = scheme != "never" };
            default:
                throw part.Unsupported();
        }
    }

    private static byte? ByteOf(string entry) =>
        entry.Length == 6 && entry.StartsWith("<0x", StringComparison.Ordinal) && entry[5] == '>'
        && byte.TryParse(entry.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value)
            ? value
            : null;
}
