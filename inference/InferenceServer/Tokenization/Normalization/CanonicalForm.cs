using System.Buffers;
using System.Text;

namespace LlmOps.Inference.Tokenization.Normalization;

/// <summary>
/// Unicode's canonical normal forms C and D (UAX #15). Written out, because the runtime's own need the system's ICU, which small
/// containers lack, and would follow its version.
/// </summary>
internal static class CanonicalForm
{
    private const int SyllableBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;

    // Nothing below U+00C0 is decomposed, and nothing below U+0300 combines with what stands before it.
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(0, 0xC0).Select(c => (char)c)]);

    /// <summary>Composed; halves of surrogate pairs become U+FFFD.</summary>
    public static string C(string text)
    {
        if (!text.AsSpan().ContainsAnyExcept(Plain)) return text;
        List<int> characters = Decomposed(text);
        Compose(characters);
        return Text(characters);
    }

    /// <summary>Decomposed; halves of surrogate pairs become U+FFFD.</summary>
    public static string D(string text) => text.AsSpan().ContainsAnyExcept(Plain) ? Text(Decomposed(text)) : text;

    private static List<int> Decomposed(string text)
    {
        List<int> characters = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) Decompose(rune.Value, characters);
        Order(characters);
        return characters;
    }

    private static void Decompose(int character, List<int> into)
    {
        int syllable = character - SyllableBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails)
        {
            into.Add(LeadBase + (syllable / (Vowels * Tails)));
            into.Add(VowelBase + (syllable % (Vowels * Tails) / Tails));
            if (syllable % Tails > 0) into.Add(TailBase + (syllable % Tails));
        }
        else if (CanonicalTables.Parts.TryGetValue(character, out int[]? parts))
        {
            foreach (int part in parts) Decompose(part, into);
        }
        else
        {
            into.Add(character);
        }
    }

    /// <summary>Sorts each run of combining characters by their class, those of one class as they come.</summary>
    private static void Order(List<int> characters)
    {
        for (int i = 1; i < characters.Count; i++)
        {
            int moved = characters[i];
            int order = Class(moved);
            if (order == 0) continue;
            int at = i;
            for (; at > 0 && Class(characters[at - 1]) > order; at--) characters[at] = characters[at - 1];
            characters[at] = moved;
        }
    }

    private static void Compose(List<int> characters)
    {
        int kept = 0;
        int starter = -1;
        int between = 0;
        foreach (int character in characters.ToArray())
        {
            int order = Class(character);
            bool blocked = starter >= 0 && kept > starter + 1 && (between == 0 || between >= order);
            if (starter >= 0 && !blocked && Composite(characters[starter], character) is { } composite)
            {
                characters[starter] = composite;
                continue;
            }
            characters[kept] = character;
            if (order == 0) starter = kept;
            between = order;
            kept++;
        }
        characters.RemoveRange(kept, characters.Count - kept);
    }

    private static int? Composite(int first, int second)
    {
        (int lead, int vowel, int tail) = (first - LeadBase, second - VowelBase, second - TailBase);
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels) return SyllableBase + (((lead * Vowels) + vowel) * Tails);
        int syllable = first - SyllableBase;
        if (syllable is >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && tail is > 0 and < Tails) return first + tail;
        return CanonicalTables.Composites.TryGetValue((first, second), out int composite) ? composite : null;
    }

    private static int Class(int character) => CanonicalTables.Classes.TryGetValue(character, out int order) ? order : 0;

    private static string Text(List<int> characters)
    {
        StringBuilder text = new(characters.Count);
        foreach (int character in characters) text.Append(new Rune(character).ToString());
        return text.ToString();
    }
}
