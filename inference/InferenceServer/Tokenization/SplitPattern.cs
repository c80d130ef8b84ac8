using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LlmOps.Inference.Tokenization;

/// <summary>
/// A text or a regular expression to be found in texts. .NET's expressions see the halves of a surrogate pair where a pattern
/// means one character, so such characters are matched by a stand-in of their category from the first plane.
/// </summary>
internal sealed class SplitPattern
{
    private readonly Regex _regex;

    private SplitPattern(Regex regex) => _regex = regex;

    public static SplitPattern Read(Part part)
    {
        if (part.OptionalText("String") is { } text) return new SplitPattern(Compile(Regex.Escape(text)));
        string pattern = part.Text("Regex");
        try
        {
            return new SplitPattern(Compile(pattern));
        }
        catch (ArgumentException e)
        {
            throw new UnsupportedTokenizerException($"tokenizer.json: {part.Path}.Regex is not supported ({e.Message})");
        }
    }

    public static SplitPattern Of(string pattern) => new(Compile(pattern));

    /// <summary>The places of the matches, in UTF-16 units, from left to right; none empty.</summary>
    public List<(int Start, int End)> Find(string text)
    {
        List<(int, int)> found = [];
        bool inFirstPlane = !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF');
        (string shadow, int[] places) = inFirstPlane ? (text, []) : Shadow(text);
        foreach (ValueMatch match in _regex.EnumerateMatches(shadow))
        {
            if (match.Length == 0) continue;
            int end = match.Index + match.Length;
            found.Add(inFirstPlane ? (match.Index, end) : (places[match.Index], places[end]));
        }
        return found;
    }

    public string Replace(string text, string with)
    {
        StringBuilder replaced = new();
        int at = 0;
        foreach ((int start, int end) in Find(text))
        {
            replaced.Append(text, at, start - at).Append(with);
            at = end;
        }
        return at == 0 ? text : replaced.Append(text, at, text.Length - at).ToString();
    }

    private static Regex Compile(string pattern) => new(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled);

    /// <summary>The text with one unit a character, and for each unit its place in the text.</summary>
    private static (string Text, int[] Places) Shadow(string text)
    {
        StringBuilder shadow = new(text.Length);
        List<int> places = [];
        for (int at = 0; at < text.Length;)
        {
            places.Add(at);
            _ = Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length);
            shadow.Append(rune.IsBmp ? (char)rune.Value : StandIn(Rune.GetUnicodeCategory(rune)));
            at += length;
        }
        places.Add(text.Length);
        return (shadow.ToString(), [.. places]);
    }

    // Characters that patterns do not name one by one.
    private static char StandIn(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => '\u0100',
        UnicodeCategory.LowercaseLetter => '\u0101',
        UnicodeCategory.TitlecaseLetter => '\u01C5',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u01BB',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u16EE',
        UnicodeCategory.OtherNumber => '\u00B2',
        UnicodeCategory.ConnectorPunctuation => '\u203F',
        UnicodeCategory.DashPunctuation => '\u058A',
        UnicodeCategory.OpenPunctuation => '\u0F3A',
        UnicodeCategory.ClosePunctuation => '\u0F3B',
        UnicodeCategory.InitialQuotePunctuation => '\u00AB',
        UnicodeCategory.FinalQuotePunctuation => '\u00BB',
        UnicodeCategory.OtherPunctuation => '\u00A1',
        UnicodeCategory.MathSymbol => '\u00B1',
        UnicodeCategory.CurrencySymbol => '\u00A2',
        UnicodeCategory.ModifierSymbol => '\u02C2',
        UnicodeCategory.OtherSymbol => '\u00A9',
        UnicodeCategory.Format => '\u00AD',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\u0378',
    };
}
