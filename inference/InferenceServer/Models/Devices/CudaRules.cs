using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Inference.Models.Devices;

/// <summary>
/// Which models are served from a GPU. What ONNX Runtime has no CUDA kernel for it would run on the processor without a word, and
/// carry to and fro with every token; forbidding that altogether would forbid the shapes that it computes there by design.
/// </summary>
internal static class CudaRules
{
    private const string Attention = "GroupQueryAttention";

    /// <inheritdoc cref="ComputeDevice.FaultOf"/>
    public static string? FaultOf(IReadOnlySet<string> operators, bool decodes, IReadOnlyCollection<TensorElementType> floats)
    {
        bool grouped = operators.Contains(Attention);
        if (decodes && !grouped)
        {
            return $"the graph gives back its whole cache with every token, which would cross from the GPU and back; for --device cuda export it with {Attention} in float16 or bfloat16";
        }
        // Its CUDA kernels are of 16-bit floats only (onnxruntime/contrib_ops/cuda/bert/group_query_attention.cc).
        return grouped && !floats.All(type => type is TensorElementType.Float16 or TensorElementType.BFloat16)
            ? $"{Attention} has no CUDA kernel for 32-bit floats; for --device cuda export it in float16 or bfloat16, or serve it with --device cpu"
            : null;
    }
}
