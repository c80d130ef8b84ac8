using System.Numerics.Tensors;

namespace LlmOps.Inference.Sampling;

/// <summary>Draws the tokens of one request.</summary>
internal sealed class Sampler(SamplingOptions options)
{
    private static readonly Comparer<float> DescendingOrder = Comparer<float>.Create((a, b) => b.CompareTo(a));

    private readonly SeededChance _chance = new(options.Seed);

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">One row, a value for each token of the vocabulary.</param>
    public int Next(ReadOnlySpan<float> logits) => options.Greedy ? TensorPrimitives.IndexOfMax(logits) : Draw(logits);

    private int Draw(ReadOnlySpan<float> logits)
    {
        if (options.TopK == 0 && options.TopP == 1) return Pick(Weights(logits));

        int[] tokens = [.. Enumerable.Range(0, logits.Length)];
        float[] descending = logits.ToArray();
        Array.Sort(descending, tokens, DescendingOrder);
        int kept = options.TopK > 0 ? Math.Min(options.TopK, tokens.Length) : tokens.Length;
        return tokens[Pick(Weights(descending.AsSpan(0, kept)))];
    }

    /// <summary>Probabilities but for a common factor.</summary>
    private double[] Weights(ReadOnlySpan<float> logits)
    {
        double max = TensorPrimitives.Max(logits);
        double[] weights = new double[logits.Length];
        for (int i = 0; i < weights.Length; i++) weights[i] = Math.Exp((logits[i] - max) / options.Temperature);
        return weights;
    }

    private int Pick(ReadOnlySpan<double> weights)
    {
        double wanted = options.TopP * TensorPrimitives.Sum(weights);
        double total = 0;
        int kept = 0;
        while (kept < weights.Length && (kept == 0 || total < wanted)) total += weights[kept++];

        double left = _chance.Next() * total;
        for (int i = 0; i < kept; i++)
        {
            left -= weights[i];
            if (left < 0) return i;
        }
        return kept - 1;
    }
}
