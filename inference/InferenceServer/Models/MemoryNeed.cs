using LlmOps.Inference.Models.Executors;

namespace LlmOps.Inference.Models;

/// <summary>Bytes of memory that a version may take, from what is known before it is loaded.</summary>
/// <param name="Weights">Bytes of the model's file and of its external weights.</param>
/// <param name="Cache">Bytes of the key-value cache when every row is full, as 32-bit floats.</param>
/// <param name="Logits">Bytes of the largest run's logits.</param>
internal sealed record MemoryNeed(long Weights, long Cache, long Logits)
{
    /// <summary>All of it. Weights count twice: while it loads, the runtime holds them as they were read and as its kernels want them.</summary>
    public long Bytes => (2 * Weights) + Cache + Logits;

    /// <param name="folder">A checked folder.</param>
    /// <param name="rows">Sequences that the cache is to hold.</param>
    public static MemoryNeed Of(ModelFolder folder, int rows)
    {
        DecoderConfig config = folder.Decoder;
        // External weights bear the model file's name and an ending: model.onnx.data, model.onnx_data_1.
        long weights = new FileInfo(folder.WeightsPath).Directory!.EnumerateFiles(Path.GetFileName(folder.WeightsPath) + "*").Sum(file => file.Length);
        return new MemoryNeed(weights, CacheOf(config, rows), (long)Math.Max(rows, ChunkSize.Scored(config)) * config.VocabularySize * sizeof(float));
    }

    /// <summary>Bytes of a key-value cache of so many rows.</summary>
    public static long CacheOf(DecoderConfig config, int rows) =>
        2L * config.Layers * config.KeyValueHeads * config.HeadSize * config.ContextLength * rows * sizeof(float);
}
