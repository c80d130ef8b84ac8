using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Inference.Models.Executors;

/// <summary>
/// A buffer that the model writes its logits to, as 32-bit or 16-bit floats, and that is read as 32-bit floats. It lies in the memory of
/// the process wherever the model runs, since tokens are chosen there: ONNX Runtime copies it from a device at the end of a run.
/// </summary>
internal sealed class Logits
{
    private readonly int _vocabulary;
    private readonly TensorElementType _type;
    private readonly float[] _floats;
    private readonly ushort[]? _halves;

    /// <summary>A buffer for so many rows of a vocabulary.</summary>
    public Logits(TensorElementType type, int rows, int vocabulary)
    {
        (_type, _vocabulary) = (type, vocabulary);
        _floats = GC.AllocateUninitializedArray<float>(checked(rows * vocabulary), pinned: true);
        _halves = type == TensorElementType.Float ? null : GC.AllocateUninitializedArray<ushort>(rows * vocabulary, pinned: true);
    }

    /// <summary>The buffer's beginning as an output of a shape whose last dimension is the vocabulary.</summary>
    public OrtValue View(params long[] shape)
    {
        long count = TensorPrimitives.Product<long>(shape);
        return _halves is null
            ? OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, _type, shape, Address(_floats), count * sizeof(float))
            : OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, _type, shape, Address(_halves), count * sizeof(ushort));
    }

    /// <summary>Room for rows that are computed elsewhere.</summary>
    public Span<float> Write(int first, int rows) => _floats.AsSpan(first * _vocabulary, rows * _vocabulary);

    /// <summary>What the last run wrote.</summary>
    public ReadOnlySpan<float> Read(int rows)
    {
        Span<float> read = _floats.AsSpan(0, rows * _vocabulary);
        if (_halves is not null) ShortFloats.ToSingle(_type, MemoryMarshal.AsBytes(_halves.AsSpan(0, read.Length)), read);
        return read;
    }

    private static unsafe nint Address<T>(T[] pinned) where T : unmanaged => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref pinned[0]);
}
