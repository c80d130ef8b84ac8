using System.Text.RegularExpressions;

namespace LlmOps.Inference.Telemetry.Redaction;

/// <summary>Tells keys from words, and from names made of words, by the letters.</summary>
internal static partial class KeyShape
{
    // Shorter ones without a digit cannot be told from words.
    private const int FewestLetters = 16;

    // Tried with strings of random letters: of both cases nine of ten are told, of one case two of three at 16 letters and all from 29 on;
    // of 22,000 different words of our own programs and pages two are taken for keys.
    private const double MostInWords = 0.6;
    private const int ShortestWord = 3;
    private const int LongestWord = 28;
    private const int MostConsonants = 5;
    private const int LettersForEachVowel = 6;

    /// <summary>Whether a value that something calls a key, a secret or a token may be one: it has a digit, or is not made of words.</summary>
    public static bool Fits(string value)
    {
        if (value.Any(char.IsAsciiDigit)) return true;
        int letters = value.Count(char.IsAsciiLetter);
        if (letters < FewestLetters || value.Any(c => !char.IsAscii(c))) return false;
        int inWords = 0;
        foreach (ValueMatch part in Parts().EnumerateMatches(value))
        {
            if (IsWord(value.AsSpan(part.Index, part.Length))) inWords += part.Length;
        }
        return inWords < MostInWords * letters;
    }

    private static bool IsWord(ReadOnlySpan<char> part)
    {
        if (part.Length is < ShortestWord or > LongestWord) return false;
        (int vowels, int consonants) = (0, 0);
        foreach (char letter in part)
        {
            bool vowel = (char)(letter | 0x20) is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
            (vowels, consonants) = vowel ? (vowels + 1, 0) : (vowels, consonants + 1);
            if (consonants > MostConsonants) return false;
        }
        return vowels * LettersForEachVowel >= part.Length;
    }

    // As names in programs are read: HTTPServerName is HTTP, Server and Name.
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Parts();
}
