using LlmOps.Inference.Models.Executors;

namespace LlmOps.Inference.Models;

/// <summary>Bytes of memory that a version may take, from what is known before it is loaded.</summary>
/// <param name="Weights">Bytes of the model's file and of its external weights.</param>
/// <param name="Cache">Bytes of the key-value cache when every row is full, as 32-bit floats.</param>
/// <param name="Logits">Bytes of the largest run's logits, or of the states of an embedder's.</param>
internal sealed record MemoryNeed(long Weights, long Cache, long Logits)
{
    /// <summary>All of it. Weights count twice: while it loads, the runtime holds them as they were read and as its kernels want them.</summary>
    public long Bytes => (2 * Weights) + Cache + Logits;

    /// <param name="folder">A checked folder.</param>
    /// <param name="rows">Sequences that the cache is to hold.</param>
    public static MemoryNeed Of(ModelFolder folder, int rows)
    {
        DecoderConfig config = folder.Decoder;
        long logits = folder.Embedding is { } embedding
            ? (long)ReadEmbeddingConfig.MostTokens * embedding.Width
            : (long)Math.Max(rows, ChunkSize.Scored(config)) * config.VocabularySize;
        return new MemoryNeed(WeightsOf(folder), CacheOf(folder, rows), logits * sizeof(float));
    }

    /// <summary>The same in the memory of a device, whose caches are of 16-bit floats.</summary>
    public static MemoryNeed OnDevice(ModelFolder folder, int rows) => Of(folder, rows) with { Cache = CacheOf(folder, rows) / 2 };

    // External weights may bear any name; each file counts once, however many tensors lie in it.
    private static long WeightsOf(ModelFolder folder)
    {
        string beside = Path.GetDirectoryName(folder.WeightsPath)!;
        IEnumerable<string> external = GraphSummary.Read(folder.WeightsPath).External
            .SelectMany(tensor => tensor.Entries).Where(entry => entry.Key == "location").Select(entry => Path.Combine(beside, entry.Value));
        return external.Append(folder.WeightsPath).Distinct().Sum(path => new FileInfo(path).Length);
    }

    /// <summary>Bytes of a key-value cache of so many rows; an embedder keeps none.</summary>
    public static long CacheOf(ModelFolder folder, int rows) => folder.Embedding is not null ? 0
        : 2L * folder.Decoder.Layers * folder.Decoder.KeyValueHeads * folder.Decoder.HeadSize * folder.Decoder.ContextLength * rows * sizeof(float);
}
