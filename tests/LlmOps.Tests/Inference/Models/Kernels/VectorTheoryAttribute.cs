using LlmOps.Inference.Models.Kernels;

namespace LlmOps.Tests.Inference.Models.Kernels;

/// <summary>A theory that needs AVX-512; skipped on other processors, where the operator is not used.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VectorTheoryAttribute : TheoryAttribute
{
    public VectorTheoryAttribute() => Skip = PackedMatMul.Supported ? null : "this processor has no AVX-512BW";
}

/// <summary>A fact that needs AVX-512; skipped on other processors, where the operator is not used.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VectorFactAttribute : FactAttribute
{
    public VectorFactAttribute() => Skip = PackedMatMul.Supported ? null : "this processor has no AVX-512BW";
}
