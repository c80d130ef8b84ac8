using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace LlmOps.Inference.Models.Devices;

/// <summary>The processor. Memory is reserved whole; the system gives a page when it is first written.</summary>
internal sealed unsafe class ProcessorDevice : ComputeDevice
{
    private const int Alignment = 64;

    public override string Name => "cpu";

    public override OrtMemoryInfo Memory => OrtMemoryInfo.DefaultInstance;

    public override bool RunsOwnKernels => true;

    public override bool CopiesWhatIsBound => false;

    public override nint Allocate(long bytes) => (nint)NativeMemory.AlignedAlloc(checked((nuint)bytes), Alignment);

    public override void Free(nint memory) => NativeMemory.AlignedFree((void*)memory);

    public override void Copy(nint from, nint to, long bytes, long apart, int count)
    {
        for (int i = 0; i < count; i++) Buffer.MemoryCopy((void*)(from + (nint)(i * apart)), (void*)(to + (nint)(i * apart)), bytes, bytes);
    }
}
