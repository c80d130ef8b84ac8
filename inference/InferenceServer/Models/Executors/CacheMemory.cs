using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Inference.Models.Executors;

/// <summary>
/// One layer's keys or values of all rows, shape [rows, heads, positions, head size]. Memory is reserved whole; the system gives
/// a page when it is first written. Rows lie one behind the other, so that a range of them is a tensor of its own.
/// </summary>
internal sealed unsafe class CacheMemory : IDisposable
{
    private const int Alignment = 64;

    private readonly TensorElementType _type;
    private readonly (int Rows, int Heads, int Positions, int HeadSize) _shape;
    private readonly int _vector;
    private byte* _memory;

    public CacheMemory(TensorElementType type, int rows, DecoderConfig config)
    {
        _type = type;
        _shape = (rows, config.KeyValueHeads, config.ContextLength, config.HeadSize);
        _vector = _shape.HeadSize * (type == TensorElementType.Float16 ? sizeof(ushort) : sizeof(float));
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(rows * RowBytes), Alignment);
    }

    private long RowBytes => (long)_shape.Heads * _shape.Positions * _vector;

    /// <summary>The rows from <paramref name="first"/> on as a tensor over this memory; the caller disposes it before the memory.</summary>
    public OrtValue View(int first, int count) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance,
        _type,
        [count, _shape.Heads, _shape.Positions, _shape.HeadSize],
        (nint)(_memory + (first * RowBytes)),
        count * RowBytes);

    /// <summary>Copies the first positions of a row over those of another.</summary>
    public void Copy(int from, int to, int length)
    {
        long head = (long)_shape.Positions * _vector;
        long bytes = (long)length * _vector;
        for (int i = 0; i < _shape.Heads; i++)
        {
            Buffer.MemoryCopy(_memory + (from * RowBytes) + (i * head), _memory + (to * RowBytes) + (i * head), bytes, bytes);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }
}
