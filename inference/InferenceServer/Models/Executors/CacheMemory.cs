using LlmOps.Inference.Models.Devices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Inference.Models.Executors;

/// <summary>
/// One layer's keys or values of all rows in the memory of a device, shape [rows, heads, positions, head size]. Rows lie one behind
/// the other, so that a range of them is a tensor of its own.
/// </summary>
internal sealed class CacheMemory : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly TensorElementType _type;
    private readonly (int Heads, int Positions, int HeadSize) _shape;
    private readonly long _vectorBytes;
    private readonly nint _memory;

    /// <exception cref="OutOfMemoryException">The device has no room for it.</exception>
    public CacheMemory(ComputeDevice device, TensorElementType type, int rows, DecoderConfig config)
    {
        (_device, _type) = (device, type);
        _shape = (config.KeyValueHeads, config.ContextLength, config.HeadSize);
        _vectorBytes = (long)_shape.HeadSize * (type == TensorElementType.Float ? sizeof(float) : sizeof(ushort));
        _memory = device.Allocate(checked(rows * RowBytes));
    }

    private long RowBytes => _shape.Heads * HeadBytes;

    private long HeadBytes => _shape.Positions * _vectorBytes;

    /// <summary>The rows from <paramref name="first"/> on as a tensor over this memory; the caller disposes it before the memory.</summary>
    public OrtValue View(int first, int count) => OrtValue.CreateTensorValueWithData(
        _device.Memory, _type, [count, _shape.Heads, _shape.Positions, _shape.HeadSize], Row(first), count * RowBytes);

    /// <summary>Copies the first positions of a row over those of another; it is done when the device has finished.</summary>
    public void Copy(int from, int to, int length) => _device.Copy(Row(from), Row(to), length * _vectorBytes, HeadBytes, _shape.Heads);

    public void Dispose() => _device.Free(_memory);

    private nint Row(int row) => _memory + (nint)(row * RowBytes);
}
