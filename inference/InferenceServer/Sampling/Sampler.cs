using System.Numerics.Tensors;

namespace LlmOps.Inference.Sampling;

/// <summary>Draws the tokens of one request.</summary>
internal sealed class Sampler(SamplingOptions options)
{
    private readonly SeededChance _chance = new(options.Seed);

    /// <summary>Chooses a token.</summary>
    /// <param name="logits">One row, a value for each token of the vocabulary.</param>
    public int Next(ReadOnlySpan<float> logits) => options.Greedy ? TensorPrimitives.IndexOfMax(logits) : Draw(logits);

    private int Draw(ReadOnlySpan<float> logits)
    {
        int[] tokens = new int[logits.Length];
        float[] keys = new float[logits.Length];
        for (int i = 0; i < tokens.Length; i++) (tokens[i], keys[i]) = (i, -logits[i]);
        Array.Sort(keys, tokens);

        int kept = options.TopK > 0 ? Math.Min(options.TopK, tokens.Length) : tokens.Length;
        double[] weights = new double[kept];
        for (int i = 0; i < kept; i++) weights[i] = Math.Exp((keys[0] - keys[i]) / options.Temperature);
        return tokens[Pick(weights)];
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
