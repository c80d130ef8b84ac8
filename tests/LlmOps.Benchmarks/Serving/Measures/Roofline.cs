using LlmOps.Benchmarks.Serving.Model;

namespace LlmOps.Benchmarks.Serving.Measures;

/// <summary>What memory allows at most: each step of decoding reads all weights once, and the keys and values of every stream.</summary>
internal static class Roofline
{
    /// <summary>Bytes of weights that one step reads, as the engine holds them.</summary>
    /// <remarks>
    /// 4 bits and a scale for each 32 weights: of 32 bits in ONNX (5 bits a weight), of 16 bits in GGUF (4.5 bits a weight). Our own kernel
    /// keeps the scales of an ONNX file in 16 bits.
    /// </remarks>
    public static double WeightBytes(ModelShape shape, string engine, string precision) => shape.ReadParameters * (precision, engine) switch
    {
        (Precisions.Fp32, _) => 4,
        (Precisions.Int4, "llamacpp" or "ours") => 4.5 / 8,
        (Precisions.Int4, _) => 5.0 / 8,
        _ => throw new ArgumentException($"there is no form {precision}", nameof(precision)),
    };

    /// <summary>Most tokens per second of so many streams whose contexts are of this length on average.</summary>
    public static double TokensPerSecond(ModelShape shape, string engine, string precision, int streams, double context, double gigabytesPerSecond)
    {
        // llama.cpp keeps its cache in 16 bits, the others in 32.
        double cache = shape.CacheBytesPerToken(engine == "llamacpp" ? 2 : 4) * streams * context;
        return streams * gigabytesPerSecond * 1e9 / (WeightBytes(shape, engine, precision) + cache);
    }
}
