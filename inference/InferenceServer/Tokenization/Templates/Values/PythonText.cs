using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Strings as Python sees them: made of code points, with its idea of white space.</summary>
internal static class PythonText
{
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    public static string Trim(string text) => TrimStart(TrimEnd(text));

    public static string TrimStart(string text)
    {
        int from = 0;
        while (from < text.Length && IsSpace(text[from])) from++;
        return text[from..];
    }

    public static string TrimEnd(string text)
    {
        int to = text.Length;
        while (to > 0 && IsSpace(text[to - 1])) to--;
        return text[..to];
    }

    public static long Length(string text) => text.Length - Pairs(text);

    public static IReadOnlyList<object?> Characters(string text)
    {
        List<object?> characters = new(text.Length);
        for (int at = 0; at < text.Length; at += Width(text, at)) characters.Add(text.Substring(at, Width(text, at)));
        return characters;
    }

    public static string CharacterAt(string text, int index)
    {
        int at = 0;
        if (Pairs(text) == 0) at = index;
        else for (; index > 0; index--) at += Width(text, at);
        return text.Substring(at, Width(text, at));
    }

    public static int Compare(string left, string right)
    {
        int at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length) return left.Length.CompareTo(right.Length);
        bool oneIsHigh = char.IsSurrogate(left[at]) != char.IsSurrogate(right[at]);
        return oneIsHigh ? char.IsSurrogate(left[at]).CompareTo(char.IsSurrogate(right[at])) : left[at].CompareTo(right[at]);
    }

    public static string Capitalize(string text) => text.Length == 0 ? "" : Upper(text[..Width(text, 0)]) + Lower(text[Width(text, 0)..]);

    public static string Upper(string text) => text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal);

    public static string Lower(string text) => text.ToLowerInvariant();

    /// <summary>Each run of letters with its first letter large.</summary>
    public static string Title(string text)
    {
        StringBuilder title = new(text.Length);
        bool inWord = false;
        for (int at = 0; at < text.Length; at += Width(text, at))
        {
            string character = text.Substring(at, Width(text, at));
            title.Append(inWord ? Lower(character) : Upper(character));
            inWord = IsCased(character);
        }
        return title.ToString();
    }

    public static bool IsLower(string text) => text.Any(char.IsLower) && !text.Any(char.IsUpper);

    public static bool IsUpper(string text) => text.Any(char.IsUpper) && !text.Any(char.IsLower);

    /// <summary>The lines without their ends.</summary>
    public static IReadOnlyList<string> Lines(string text, bool keepEnds = false)
    {
        List<string> lines = [];
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] is not ('\n' or '\r' or '\v' or '\f' or '\x1c' or '\x1d' or '\x1e' or '\x85' or '\u2028' or '\u2029')) continue;
            int end = text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? at + 2 : at + 1;
            lines.Add(text[start..(keepEnds ? end : at)]);
            start = end;
            at = end - 1;
        }
        if (start < text.Length) lines.Add(text[start..]);
        return lines;
    }

    private static bool IsCased(string character) =>
        Rune.GetUnicodeCategory(Rune.GetRuneAt(character, 0)) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    private static int Width(string text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;

    private static int Pairs(string text)
    {
        int pairs = 0;
        for (int at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDBFF'); at >= 0 && at + 1 < text.Length; at++)
        {
            if (Width(text, at) == 2) pairs++;
        }
        return pairs;
    }
}
