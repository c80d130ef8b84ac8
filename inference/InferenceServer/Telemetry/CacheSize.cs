using System.Globalization;

namespace LlmOps.Inference.Telemetry;

/// <summary>The size of a key-value cache.</summary>
/// <param name="Rows">Answers that have room at a time.</param>
/// <param name="ContextLength">Tokens that a row holds.</param>
/// <param name="Device">Where it lies, and the model computes.</param>
internal sealed record CacheSize(int Rows, int ContextLength, string Device)
{
    /// <summary>As vLLM says it, where a block is a row.</summary>
    public string Labels => Telemetry.Labels.Of(
        ["block_size", "num_gpu_blocks", "enable_prefix_caching", "device"],
        [ContextLength.ToString(CultureInfo.InvariantCulture), Rows.ToString(CultureInfo.InvariantCulture), "True", Device]);
}
