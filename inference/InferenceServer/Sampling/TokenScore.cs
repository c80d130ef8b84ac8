using System.Numerics.Tensors;

namespace LlmOps.Inference.Sampling;

/// <summary>How likely the model held a token, and which tokens it held likeliest, at that place.</summary>
/// <param name="LogProbability">Natural logarithm of the probability before temperature and truncation.</param>
internal sealed record TokenScore(int Token, float LogProbability, IReadOnlyList<(int Token, float LogProbability)> Likeliest)
{
    // JSON has no infinity; this is what OpenAI writes for a token that cannot come.
    private const float Least = -9999;

    /// <summary>Scores a token.</summary>
    /// <param name="logits">One row, a value for each token of the vocabulary.</param>
    /// <param name="token">The token that came at this place.</param>
    /// <param name="likeliest">How many of the likeliest tokens to list, in descending order.</param>
    public static TokenScore Of(ReadOnlySpan<float> logits, int token, int likeliest)
    {
        double max = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (float logit in logits) sum += Math.Exp(logit - max);
        double normaliser = max + Math.Log(sum);

        (int, float)[] top = new (int, float)[Math.Min(likeliest, logits.Length)];
        if (top.Length > 0)
        {
            PriorityQueue<int, (float Logit, int Order)> best = new(top.Length + 1);
            for (int i = 0; i < logits.Length; i++)
            {
                if (best.Count < top.Length) best.Enqueue(i, (logits[i], -i));
                else best.EnqueueDequeue(i, (logits[i], -i));
            }
            for (int i = top.Length - 1; i >= 0; i--)
            {
                int id = best.Dequeue();
                top[i] = (id, Log(id, logits));
            }
        }
        return new TokenScore(token, Log(token, logits), top);

        float Log(int id, ReadOnlySpan<float> from) => Math.Max(Least, (float)(from[id] - normaliser));
    }
}
