namespace LlmOps.Inference.Engine;

/// <summary>A request for the vectors of texts, in the engine's hands and as its caller sees it.</summary>
/// <param name="texts">Token ids, at least one a text.</param>
/// <param name="arrivedAt">Timestamp of the clock at arrival.</param>
/// <param name="cancelled">Tells that nobody waits for it any more.</param>
internal sealed class EmbeddingJob(IReadOnlyList<int[]> texts, long arrivedAt, CancellationToken cancelled) : EngineRequest(arrivedAt, cancelled)
{
    private readonly TaskCompletionSource<IReadOnlyList<float[]>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly float[][] _vectors = new float[texts.Count][];

    // Texts of like length together leave little to pad.
    private readonly List<int> _open = [.. Enumerable.Range(0, texts.Count).OrderBy(text => texts[text].Length)];

    public IReadOnlyList<int[]> Texts => texts;

    public override int TokenCount { get; } = texts.Sum(text => text.Length);

    /// <summary>Places of the texts that are yet to run, the longest last.</summary>
    public IReadOnlyList<int> Open => _open;

    /// <summary>The pooled vectors, in the order of the texts; throws what the engine could not answer for.</summary>
    public Task<IReadOnlyList<float[]>> Vectors => _done.Task;

    /// <summary>Takes the vector of one of the open texts.</summary>
    public void Take(int text, float[] vector)
    {
        _vectors[text] = vector;
        _open.Remove(text);
    }

    public override void End(FinishReason reason, int generated, Exception? error = null)
    {
        if (error is not null) _done.TrySetException(error);
        else if (reason == FinishReason.Abort) _done.TrySetCanceled(CancellationToken.None);
        else _done.TrySetResult(_vectors);
    }
}
