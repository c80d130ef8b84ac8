namespace LlmOps.Inference.Engine;

/// <summary>One run of the model: which tokens of a sequence it puts into the cache.</summary>
/// <param name="First">Place in the sequence of the first token to run.</param>
/// <param name="Count">Tokens to run, at least 1.</param>
/// <param name="ReachesEnd">Whether the last row of logits predicts the sequence's next token.</param>
internal readonly record struct Step(int First, int Count, bool ReachesEnd)
{
    /// <summary>Decides the next run of a sequence.</summary>
    /// <param name="length">Tokens of the sequence.</param>
    /// <param name="cached">Tokens of it that are in the cache, fewer than its length.</param>
    /// <param name="chunk">Most tokens of a run.</param>
    public static Step Plan(int length, int cached, int chunk)
    {
        int count = Math.Min(chunk, length - cached);
        return new Step(cached, count, cached + count == length);
    }
}
