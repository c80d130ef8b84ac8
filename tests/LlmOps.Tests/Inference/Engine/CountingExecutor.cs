using LlmOps.Inference.Models.Executors;

namespace LlmOps.Tests.Inference.Engine;

/// <summary>
/// An executor without a model whose next token is a function of every token in the row's cache: whoever runs a token at the
/// wrong place, or over the cache of another, gets another answer.
/// </summary>
internal sealed class CountingExecutor(int rows, int contextLength, int maxChunk) : IExecutor
{
    public const int Vocabulary = 97;

    private readonly int[][] _cache = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Repeat(-1, contextLength).ToArray())];

    public int Rows => rows;

    public int MaxChunk => maxChunk;

    public int Runs { get; private set; }

    /// <summary>Tokens that were run in all.</summary>
    public int Work { get; private set; }

    /// <summary>The token that follows a sequence.</summary>
    public static int Next(ReadOnlySpan<int> sequence)
    {
        uint hash = 2166136261;
        foreach (int token in sequence) hash = unchecked((hash ^ (uint)token) * 16777619);
        return (int)(hash % Vocabulary);
    }

    public int MaxScored => maxChunk;

    public ReadOnlySpan<float> Prefill(int row, scoped ReadOnlySpan<int> tokens, int past) => Score(row, tokens, past)[^Vocabulary..];

    public ReadOnlySpan<float> Score(int row, scoped ReadOnlySpan<int> tokens, int past)
    {
        Assert.InRange(tokens.Length, 1, maxChunk);
        (Runs, Work) = (Runs + 1, Work + tokens.Length);
        float[] logits = new float[tokens.Length * Vocabulary];
        for (int i = 0; i < tokens.Length; i++) Put(row, tokens[i], past + i, logits.AsSpan(i * Vocabulary, Vocabulary));
        return logits;
    }

    public ReadOnlySpan<float> Decode(scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> past)
    {
        (Runs, Work) = (Runs + 1, Work + tokens.Length);
        float[] logits = new float[tokens.Length * Vocabulary];
        for (int row = 0; row < tokens.Length; row++) Put(row, tokens[row], past[row], logits.AsSpan(row * Vocabulary, Vocabulary));
        return logits;
    }

    /// <summary>Whether rows can be copied; as when memory runs out.</summary>
    public bool FailsToCopy { get; set; }

    public void Copy(int from, int to, int length)
    {
        if (FailsToCopy) throw new InvalidOperationException("no memory");
        _cache[from].AsSpan(0, length).CopyTo(_cache[to]);
    }

    public void Dispose()
    {
    }

    private void Put(int row, int token, int position, Span<float> logits)
    {
        Assert.InRange(position, 0, contextLength - 1);
        _cache[row][position] = token;
        logits[Next(_cache[row].AsSpan(0, position + 1))] = 1;
    }
}
