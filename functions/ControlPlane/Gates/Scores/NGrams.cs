namespace LlmOps.Gates.Scores;

/// <summary>Runs of words and how often each occurs.</summary>
internal static class NGrams
{
    /// <summary>Every run of n words with its count; the word break inside cannot occur in a word.</summary>
    public static Dictionary<string, int> Count(string[] words, int n)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        for (int i = 0; i + n <= words.Length; i++)
        {
            string run = string.Join('\n', words, i, n);
            counts[run] = counts.GetValueOrDefault(run) + 1;
        }
        return counts;
    }

    /// <summary>Runs in common, each at most as often as in either text.</summary>
    public static int Overlap(Dictionary<string, int> one, Dictionary<string, int> other) =>
        one.Sum(run => Math.Min(run.Value, other.GetValueOrDefault(run.Key)));

    /// <summary>Words in lower case, between white space.</summary>
    public static string[] Words(string text) => text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
