namespace LlmOps.Inference.Engine;

/// <summary>Texts of one run.</summary>
internal static class EmbeddingBatch
{
    /// <summary>Most texts of a run.</summary>
    public const int MostTexts = 32;

    /// <summary>Most tokens of a run, padding included, unless one text alone has more.</summary>
    public const int MostTokens = 8192;

    /// <summary>Chooses the texts of the next run: of the first request, the longest first, then of the next ones.</summary>
    /// <param name="jobs">Requests under way, in the order of their coming.</param>
    public static IReadOnlyList<(EmbeddingJob Job, int Text)> Plan(IEnumerable<EmbeddingJob> jobs)
    {
        List<(EmbeddingJob Job, int Text)> batch = [];
        int widest = 0;
        foreach (EmbeddingJob job in jobs)
        {
            foreach (int text in job.Open.Reverse())
            {
                widest = Math.Max(widest, job.Texts[text].Length);
                if (batch.Count == MostTexts || (batch.Count > 0 && (batch.Count + 1) * widest > MostTokens)) return batch;
                batch.Add((job, text));
            }
        }
        return batch;
    }
}
