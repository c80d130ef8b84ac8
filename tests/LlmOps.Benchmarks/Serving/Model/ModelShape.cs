namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>The sizes of a Llama-shaped decoder whose output layer is a matrix of its own.</summary>
internal sealed record ModelShape(
    string Name, int Vocabulary, int Hidden, int Layers, int Heads, int KeyValueHeads, int HeadSize, int FeedForward, int ContextLength)
{
    /// <summary>Weights that share one scale in 4-bit forms.</summary>
    public const int Block = 32;

    public const float Epsilon = 1e-5f;
    public const double RotaryBase = 10_000;

    /// <summary>
    /// 439 million parameters that are read for every token: 274 MB with 4 bits a weight, more than the last-level cache of the
    /// largest servers of today, so that reading them is reading memory.
    /// </summary>
    public static ModelShape Large { get; } = new("random-llama-439m", 32_000, 1024, 36, 16, 4, 64, 2816, 2048);

    public int QueryWidth => Heads * HeadSize;

    public int KeyValueWidth => KeyValueHeads * HeadSize;

    /// <summary>Parameters that each decoding step reads: all but the embedding table, of which it reads one row.</summary>
    public long ReadParameters => ((long)Layers * ((Hidden * (long)(QueryWidth + KeyValueWidth + KeyValueWidth)) + ((long)QueryWidth * Hidden) + (3L * Hidden * FeedForward)))
        + ((long)Vocabulary * Hidden);

    /// <summary>Bytes of the keys and values of one position.</summary>
    /// <param name="bytesPerNumber">4 for 32-bit floats, 2 for 16-bit floats.</param>
    public long CacheBytesPerToken(int bytesPerNumber) => 2L * Layers * KeyValueWidth * bytesPerNumber;
}
