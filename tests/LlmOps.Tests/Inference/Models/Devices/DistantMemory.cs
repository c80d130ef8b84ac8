using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Devices;
using Microsoft.ML.OnnxRuntime;

namespace LlmOps.Tests.Inference.Models.Devices;

/// <summary>
/// The processor behaving as a device with memory of its own does: an input is what it was when it was bound, copies are done when they
/// are waited for, and there is only so much memory, of which it knows what is in use.
/// </summary>
internal sealed class DistantMemory(long room = long.MaxValue) : ComputeDevice, IDisposable
{
    private readonly Dictionary<nint, long> _inUse = [];
    private readonly List<Action> _copies = [];
    private readonly List<OrtValue> _bound = [];

    public override string Name => "distant";

    public override OrtMemoryInfo Memory => OrtMemoryInfo.DefaultInstance;

    /// <summary>Whether it is gone, and all that is asked of it fails.</summary>
    public bool Lost { get; set; }

    public long BytesInUse => _inUse.Values.Sum();

    public override AvailableMemory FreeMemory() => new(room - BytesInUse, $"free on {Name}");

    public override nint Allocate(long bytes)
    {
        if (BytesInUse + bytes > room) throw new InsufficientMemoryException();
        nint memory = Processor.Allocate(bytes);
        _inUse.Add(memory, bytes);
        return memory;
    }

    public override void Free(nint memory)
    {
        _inUse.Remove(memory);
        Processor.Free(memory);
    }

    public override void Copy(nint from, nint to, long bytes, long apart, int count) => _copies.Add(() => Processor.Copy(from, to, bytes, apart, count));

    public override void Finish()
    {
        if (Lost) throw new InvalidOperationException("the device is lost");
        foreach (Action copy in _copies) copy();
        _copies.Clear();
    }

    public override void Bind(OrtIoBinding io, string name, OrtValue value)
    {
        if (Lost) throw new InvalidOperationException("the device is lost");
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        OrtValue bound = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, info.ElementDataType, info.Shape);
        value.GetTensorMutableRawData().CopyTo(bound.GetTensorMutableRawData());
        _bound.Add(bound);
        io.BindInput(name, bound);
    }

    public void Dispose()
    {
        foreach (OrtValue value in _bound) value.Dispose();
    }
}
