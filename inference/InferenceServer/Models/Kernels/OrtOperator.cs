using System.Runtime.InteropServices;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>
/// ONNX Runtime's description of an operator that is not its own (onnxruntime_c_api.h: OrtCustomOp), as far as version 17 of the
/// API reads it. ONNX Runtime keeps the address for as long as a session lives.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtOperator
{
    public const uint ApiVersion = 17;

    public uint Version;
    public nint CreateKernel;
    public delegate* unmanaged<OrtOperator*, byte*> GetName;
    public delegate* unmanaged<OrtOperator*, byte*> GetExecutionProviderType;
    public delegate* unmanaged<OrtOperator*, nuint, int> GetInputType;
    public delegate* unmanaged<OrtOperator*, nuint> GetInputTypeCount;
    public delegate* unmanaged<OrtOperator*, nuint, int> GetOutputType;
    public delegate* unmanaged<OrtOperator*, nuint> GetOutputTypeCount;
    public nint KernelCompute;
    public delegate* unmanaged<void*, void> KernelDestroy;
    public delegate* unmanaged<OrtOperator*, nuint, int> GetInputCharacteristic;
    public delegate* unmanaged<OrtOperator*, nuint, int> GetOutputCharacteristic;
    public delegate* unmanaged<OrtOperator*, nuint, int> GetInputMemoryType;
    public delegate* unmanaged<OrtOperator*, int> GetVariadicInputMinArity;
    public delegate* unmanaged<OrtOperator*, int> GetVariadicInputHomogeneity;
    public delegate* unmanaged<OrtOperator*, int> GetVariadicOutputMinArity;
    public delegate* unmanaged<OrtOperator*, int> GetVariadicOutputHomogeneity;
    public delegate* unmanaged<OrtOperator*, nint, nint, void**, nint> CreateKernelV2;
    public delegate* unmanaged<void*, nint, nint> KernelComputeV2;
    public nint InferOutputShape;
    public delegate* unmanaged<OrtOperator*, int> GetStartVersion;
    public delegate* unmanaged<OrtOperator*, int> GetEndVersion;
    public nint GetMayInplace;
    public nint ReleaseMayInplace;
    public nint GetAliasMap;
    public nint ReleaseAliasMap;
}
