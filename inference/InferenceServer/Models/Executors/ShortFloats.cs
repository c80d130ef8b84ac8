using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Inference.Models.Executors;

/// <summary>Reads the 16-bit floats that models write as 32-bit ones.</summary>
internal static class ShortFloats
{
    /// <param name="type">Either of the two 16-bit types.</param>
    /// <param name="bytes">What a model wrote.</param>
    /// <param name="floats">Takes the same numbers, as many as there are.</param>
    public static void ToSingle(TensorElementType type, ReadOnlySpan<byte> bytes, Span<float> floats)
    {
        switch (type)
        {
            case TensorElementType.Float16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), floats);
                return;
            case TensorElementType.BFloat16:
                // It is the upper half of a 32-bit float.
                Span<uint> bits = MemoryMarshal.Cast<float, uint>(floats);
                TensorPrimitives.ConvertTruncating<ushort, uint>(MemoryMarshal.Cast<byte, ushort>(bytes), bits);
                TensorPrimitives.ShiftLeft(bits, 16, bits);
                return;
            default:
                throw new UnreachableException($"{type} is no 16-bit float");
        }
    }
}
