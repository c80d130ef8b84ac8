using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace LlmOps.Inference.Models.Devices;

/// <summary>
/// A GPU through ONNX Runtime's CUDA provider. The cache is allocated by CUDA itself and not by the session's allocator: that takes at most
/// 4 GiB at a time from C#, less than one layer of a long context may have, and rounds up in an arena of its own.
/// </summary>
internal sealed class CudaDevice(int id, CudaRuntime runtime) : ComputeDevice
{
    public override string Name => NameOf(id);

    public override OrtMemoryInfo Memory { get; } = new(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, id, OrtMemType.Default);

    public static string NameOf(int id) => $"cuda:{id.ToString(CultureInfo.InvariantCulture)}";

    public override void AddTo(SessionOptions options) => AddTo(options, id);

    /// <summary>Lets a session compute on a device; loads the provider.</summary>
    public static void AddTo(SessionOptions options, int id)
    {
        using OrtCUDAProviderOptions provider = new();
        provider.UpdateOptions(new Dictionary<string, string>
        {
            ["device_id"] = id.ToString(CultureInfo.InvariantCulture),
            // By default the arena grows in powers of two, up to twice what the weights need: that is the room for a second version.
            ["arena_extend_strategy"] = "kSameAsRequested",
        });
        options.AppendExecutionProvider_CUDA(provider);
    }

    public override string? FaultOf(IReadOnlySet<string> operators, bool decodes, IReadOnlyCollection<TensorElementType> floats) =>
        CudaRules.FaultOf(operators, decodes, floats);

    public override AvailableMemory FreeMemory() => new(runtime.FreeBytes(id), $"free on {Name}");

    // Zeroed: a kernel may read beyond a sequence's end and weigh it with 0, which leaves nothing of a number but all of a NaN.
    public override nint Allocate(long bytes) => runtime.AllocateZeroed(id, bytes);

    public override void Free(nint memory) => runtime.Free(id, memory);

    // One call copies what is used of every head; a whole row would be the context's length, whatever is used of it.
    public override void Copy(nint from, nint to, long bytes, long apart, int count) => runtime.Copy(id, from, to, bytes, apart, count);

    public override void Finish() => runtime.Finish(id);
}
