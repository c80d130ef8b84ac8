using System.Numerics.Tensors;

namespace LlmOps.Inference.Models;

/// <summary>What a folder says of how its model makes embeddings.</summary>
internal sealed record EmbeddingConfig
{
    public required Pooling Pooling { get; init; }

    /// <summary>Heads of attention, each of which compares all tokens of a text with one another.</summary>
    public required int Heads { get; init; }

    /// <summary>Whether these are tables of every pair of tokens, as where the graph spells attention out; GroupQueryAttention takes it in small parts.</summary>
    public bool AttendsInTables { get; init; }

    /// <summary>Whether an embedding is brought to the length 1.</summary>
    public required bool Normalize { get; init; }

    /// <summary>Numbers of a whole embedding.</summary>
    public required int Width { get; init; }

    /// <summary>Whether the model was trained so that an embedding's beginning is one too (Matryoshka).</summary>
    public bool MayBeCut { get; init; }

    /// <summary>The only widths to cut to; empty where any is good.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [];

    /// <summary>Longest text, in tokens.</summary>
    public required int MostTokens { get; init; }

    /// <summary>The files that said all this.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Why an embedding cannot have so many numbers, or null where it can.</summary>
    public string? RefuseWidth(long width)
    {
        if (width == Width) return null;
        if (!MayBeCut) return $"must be {Width}: this model's embeddings cannot be cut";
        if (width > Width) return $"must be at most {Width}";
        return Widths.Count == 0 || Widths.Contains((int)width) ? null : $"must be one of {string.Join(", ", Widths)}";
    }

    /// <summary>The embedding that a pooled vector is.</summary>
    /// <param name="pooled">As many numbers as a whole embedding has.</param>
    /// <param name="width">How many to keep.</param>
    public float[] Finish(ReadOnlySpan<float> pooled, int width)
    {
        float[] vector = pooled[..width].ToArray();
        float length = Normalize ? TensorPrimitives.Norm<float>(vector) : 0;
        if (length > 0) TensorPrimitives.Divide(vector, length, vector);
        return vector;
    }
}
