using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>Makes embeddings: a turn is one bounded batch of texts, of one request or of several.</summary>
/// <param name="run">Makes the pooled vectors of texts.</param>
/// <param name="release">Releases the model.</param>
/// <param name="prompts">Counts what was read.</param>
/// <param name="failed">Is told of each request that cannot go on and why.</param>
internal sealed class EmbeddingWorker(Func<IReadOnlyList<int[]>, float[][]> run, Action release, PromptMetrics prompts, Action<EmbeddingJob, Exception> failed)
    : IWorker<EmbeddingJob>
{
    private readonly List<EmbeddingJob> _jobs = [];

    public int AtATime => EmbeddingBatch.MostTexts;

    public int Count => _jobs.Count;

    public EmbeddingJob this[int index] => _jobs[index];

    // More requests than one run has room for would only wait here instead of in the line.
    public bool HasRoom => _jobs.Sum(job => job.Open.Count) < EmbeddingBatch.MostTexts;

    public void Enter(EmbeddingJob request) => _jobs.Add(request);

    public void Turn()
    {
        IReadOnlyList<(EmbeddingJob Job, int Text)> batch = EmbeddingBatch.Plan(_jobs);
        if (batch.Count == 0) return;
        try
        {
            float[][] vectors = run([.. batch.Select(one => one.Job.Texts[one.Text])]);
            foreach (((EmbeddingJob job, int text), float[] vector) in batch.Zip(vectors))
            {
                job.Take(text, vector);
                job.Times!.Stepped(job.Texts[text].Length, generated: 0);
            }
        }
        catch (Exception e)
        {
            foreach (EmbeddingJob job in batch.Select(one => one.Job).Distinct().ToArray()) failed(job, e);
        }
    }

    public FinishReason? EndOf(int index) => _jobs[index].Open.Count == 0 ? FinishReason.Stop : null;

    public int Leave(EmbeddingJob request, FinishReason reason, bool failed)
    {
        _jobs.Remove(request);
        if (reason == FinishReason.Stop) prompts.ReadUncached(request.TokenCount);
        return 0;
    }

    public void Dispose() => release();
}
