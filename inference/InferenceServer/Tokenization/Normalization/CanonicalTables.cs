using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;

namespace LlmOps.Inference.Tokenization.Normalization;

/// <summary>What Unicode's database says of canonical equivalence, read from canonical.txt when it is first needed.</summary>
internal static class CanonicalTables
{
    static CanonicalTables()
    {
        Dictionary<int, int> classes = [];
        Dictionary<int, int[]> parts = [];
        Dictionary<(int, int), int> composites = [];
        foreach (string[] words in Lines().Select(line => line.Split(' ')))
        {
            if (words[0] == "c") AddRanges(classes, int.Parse(words[1], CultureInfo.InvariantCulture), words[2..]);
            else
            {
                int[] decomposed = [.. words[2..].Select(Hex)];
                parts[Hex(words[1])] = decomposed;
                if (words[0] == "d") composites[(decomposed[0], decomposed[1])] = Hex(words[1]);
            }
        }
        (Classes, Parts, Composites) = (classes.ToFrozenDictionary(), parts.ToFrozenDictionary(), composites.ToFrozenDictionary());
    }

    /// <summary>Combining classes other than 0.</summary>
    public static FrozenDictionary<int, int> Classes { get; }

    /// <summary>What a character is equivalent to, one step deep.</summary>
    public static FrozenDictionary<int, int[]> Parts { get; }

    /// <summary>Which character two others are composed to.</summary>
    public static FrozenDictionary<(int First, int Second), int> Composites { get; }

    private static IEnumerable<string> Lines()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("canonical.txt")!;
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) yield return line;
        }
    }

    private static void AddRanges(Dictionary<int, int> classes, int order, string[] ranges)
    {
        foreach (string[] range in ranges.Select(range => range.Split('-')))
        {
            for (int character = Hex(range[0]); character <= Hex(range[^1]); character++) classes[character] = order;
        }
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
