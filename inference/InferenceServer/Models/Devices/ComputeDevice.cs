using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace LlmOps.Inference.Models.Devices;

/// <summary>What a model computes on, and the memory there that its runs work in. Not thread-safe but for <see cref="FreeMemory"/>.</summary>
internal abstract class ComputeDevice
{
    /// <summary>The processor, which works in the memory of the process.</summary>
    public static ComputeDevice Processor { get; } = new ProcessorDevice();

    /// <summary>As the command line names it.</summary>
    public abstract string Name { get; }

    /// <summary>What tells ONNX Runtime where memory of this device lies.</summary>
    public abstract OrtMemoryInfo Memory { get; }

    /// <summary>Whether our own kernels, which are written for processors, may stand in for the runtime's.</summary>
    public virtual bool RunsOwnKernels => false;

    /// <summary>
    /// Whether an input in the memory of the process reaches the device when it is bound, so that what is written to it later is not seen
    /// until it is bound again (IOBinding::BindInput copies it across devices; onnxruntime/core/session/IOBinding.cc).
    /// </summary>
    public virtual bool CopiesWhatIsBound => true;

    /// <summary>Lets a session compute here.</summary>
    public virtual void AddTo(SessionOptions options)
    {
    }

    /// <summary>Why a model cannot be served from here; null if it can.</summary>
    /// <param name="operators">Types of the graph's operators.</param>
    /// <param name="decodes">Whether it makes text, and so keeps a cache from run to run.</param>
    /// <param name="floats">Types of its cache, or of its output where it has none.</param>
    public virtual string? FaultOf(IReadOnlySet<string> operators, bool decodes, IReadOnlyCollection<TensorElementType> floats) => null;

    /// <summary>Memory that is still free on the device; null where that is what <see cref="AvailableMemory"/> says.</summary>
    public virtual AvailableMemory? FreeMemory() => null;

    /// <summary>Memory of so many bytes, aligned for any kernel.</summary>
    /// <exception cref="InsufficientMemoryException">There is not so much.</exception>
    public abstract nint Allocate(long bytes);

    public abstract void Free(nint memory);

    /// <summary>Copies pieces that lie equally far apart, each to the same place of the other memory; it is done after <see cref="Finish"/>.</summary>
    /// <param name="from">Where the first piece lies on the device.</param>
    /// <param name="to">Where it is to lie; the memories do not overlap.</param>
    /// <param name="bytes">Bytes of a piece, at most <paramref name="apart"/>.</param>
    /// <param name="apart">Bytes from the beginning of a piece to that of the next.</param>
    /// <param name="count">How many there are.</param>
    public abstract void Copy(nint from, nint to, long bytes, long apart, int count);

    /// <summary>Waits for the copies, which no run does; throws where the device is lost.</summary>
    public virtual void Finish()
    {
    }

    /// <summary>Binds an input that lies in the memory of the process.</summary>
    public virtual void Bind(OrtIoBinding io, string name, OrtValue value) => io.BindInput(name, value);
}
