using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Tokenization;

/// <summary>
/// Splits text as GPT-2's pattern does: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.
/// Written out, because .NET's expressions see surrogates where the pattern means letters beyond the first plane.
/// </summary>
internal static class WordSplitter
{
    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private enum Kind
    {
        Letter,
        Number,
        Space,
        Other,
    }

    /// <summary>The length in UTF-16 units of the first word of a text that is not empty.</summary>
    public static int FirstWord(ReadOnlySpan<char> text)
    {
        foreach (string contraction in Contractions)
        {
            if (text.StartsWith(contraction, StringComparison.Ordinal)) return contraction.Length;
        }
        bool joinsNext = text[0] == ' ' && text.Length > 1 && KindOf(text[1..], out _) != Kind.Space;
        int start = joinsNext ? 1 : 0;
        Kind kind = KindOf(text[start..], out int last);
        int end = start + last;
        while (end < text.Length && KindOf(text[end..], out int length) == kind)
        {
            end += length;
            last = length;
        }
        bool leavesSpaceToNext = kind == Kind.Space && end < text.Length && end > last;
        return leavesSpaceToNext ? end - last : end;
    }

    private static Kind KindOf(ReadOnlySpan<char> text, out int length)
    {
        _ = Rune.DecodeFromUtf16(text, out Rune rune, out length);
        if (Rune.IsWhiteSpace(rune)) return Kind.Space;
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Kind.Other,
        };
    }
}
