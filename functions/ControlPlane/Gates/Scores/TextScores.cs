namespace LlmOps.Gates.Scores;

/// <summary>
/// How like a reference an answer is, each from 0 to 1. The formulas are promptfoo's (0.121), so that a file's thresholds
/// mean the same in both; other tools' differ in tokens and smoothing, so thresholds do not travel to or from them.
/// </summary>
public static class TextScores
{
    private const int LongestRun = 4;

    /// <summary>
    /// Sentence BLEU (Papineni et al., ACL 2002): brevity penalty × geometric mean of the clipped precisions of 1- to
    /// 4-grams. Lower-cased words between white space; an order without a match counts 1e-7; orders longer than the answer
    /// are left out; of several references the best clipped count, and the length closest to the answer's.
    /// </summary>
    public static double Bleu(string answer, IReadOnlyList<string> references)
    {
        string[] words = NGrams.Words(answer);
        if (words.Length == 0)
        {
            return 0;
        }
        string[][] others = [.. references.Select(NGrams.Words)];
        int orders = Math.Min(LongestRun, words.Length);
        double sum = 0;
        for (int n = 1; n <= orders; n++)
        {
            Dictionary<string, int> runs = NGrams.Count(words, n);
            double precision = others.Max(other => NGrams.Overlap(runs, NGrams.Count(other, n))) / (double)(words.Length - n + 1);
            sum += Math.Log(precision == 0 ? 1e-7 : precision);
        }
        int closest = others.Select(other => other.Length).OrderBy(length => Math.Abs(length - words.Length)).ThenBy(length => length).First();
        double penalty = words.Length > closest ? 1 : Math.Exp(1 - (closest / (double)words.Length));
        return penalty * Math.Exp(sum / orders);
    }

    /// <summary>
    /// GLEU (Wu et al., arXiv 1609.08144): the lesser of precision and recall over all 1- to 4-grams together. Lower-cased
    /// words between white space without full stops at their end; the best of several references.
    /// </summary>
    public static double Gleu(string answer, IReadOnlyList<string> references)
    {
        string[] words = Trimmed(answer);
        return references.Max(reference => Gleu(words, Trimmed(reference)));

        static string[] Trimmed(string text) => [.. NGrams.Words(text).Select(word => word.TrimEnd('.'))];
    }

    /// <summary>
    /// ROUGE-N (Lin, 2004), here of single words: F1 of clipped counts. Lower-cased, Treebank tokens.
    /// </summary>
    public static double RougeOne(string answer, string reference) =>
        F1(TreebankWords.Of(answer.ToLowerInvariant()), TreebankWords.Of(reference.ToLowerInvariant()));

    /// <summary>
    /// Token F1 as SQuAD counts it (Rajpurkar et al., EMNLP 2016): lower case, no punctuation, no English articles.
    /// </summary>
    public static double TokenF1(string answer, string reference)
    {
        return F1(Normal(answer), Normal(reference));

        static string[] Normal(string text) => [.. NGrams.Words(string.Concat(text.Where(c => !char.IsPunctuation(c) && !char.IsSymbol(c))))
            .Where(word => word is not ("a" or "an" or "the"))];
    }

    /// <summary>Levenshtein's distance in UTF-16 units: the least insertions, deletions and replacements.</summary>
    public static int Levenshtein(string one, string other)
    {
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int above = row[j];
                row[j] = one[i - 1] == other[j - 1] ? diagonal : 1 + Math.Min(diagonal, Math.Min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[^1];
    }

    private static double Gleu(string[] words, string[] reference)
    {
        if (words.AsSpan().SequenceEqual(reference))
        {
            return 1;
        }
        (int matches, int ours, int theirs) = (0, 0, 0);
        for (int n = 1; n <= LongestRun; n++)
        {
            matches += NGrams.Overlap(NGrams.Count(words, n), NGrams.Count(reference, n));
            ours += Math.Max(0, words.Length - n + 1);
            theirs += Math.Max(0, reference.Length - n + 1);
        }
        return ours == 0 || theirs == 0 ? 0 : Math.Min(matches / (double)ours, matches / (double)theirs);
    }

    private static double F1(string[] ours, string[] theirs)
    {
        double overlap = NGrams.Overlap(NGrams.Count(ours, 1), NGrams.Count(theirs, 1));
        return ours.Length == 0 && theirs.Length == 0 ? 1 : overlap == 0 ? 0 : 2 * overlap / (ours.Length + theirs.Length);
    }
}
