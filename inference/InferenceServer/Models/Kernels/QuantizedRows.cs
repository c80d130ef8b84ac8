using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>
/// Rows of activations in 8 bits, a scale for each 32 of them, as accuracy level 4 of MatMulNBits asks for. Each row is computed by
/// itself, so that it is the same in every batch. The memory is kept for the next use; one thread uses it.
/// </summary>
internal sealed unsafe class QuantizedRows
{
    [ThreadStatic]
    private static QuantizedRows? t_own;

    private sbyte[] _values = [];
    private float[] _scales = [];
    private int[] _offsets = [];

    /// <summary>This thread's.</summary>
    public static QuantizedRows Own => t_own ??= new QuantizedRows();

    /// <summary>Rounds rows to 8 bits; what is returned is true until the next time.</summary>
    public View Fill(float* activations, int rows, int inputs)
    {
        int blocks = checked(rows * inputs) / BlockWeights.Block;
        if (_scales.Length < blocks)
        {
            // The one that is asked for its length comes last: memory may end before it.
            _values = GC.AllocateUninitializedArray<sbyte>(blocks * BlockWeights.Block, pinned: true);
            _offsets = GC.AllocateUninitializedArray<int>(blocks, pinned: true);
            _scales = GC.AllocateUninitializedArray<float>(blocks, pinned: true);
        }
        View view = new(Pointer(_values), Pointer(_scales), Pointer(_offsets));
        for (int block = 0; block < blocks; block++)
        {
            Quantize(activations + (block * BlockWeights.Block), view.Values + (block * BlockWeights.Block), out view.Scales[block], out view.Offsets[block]);
        }
        return view;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Quantize(float* from, sbyte* to, out float scale, out int offset)
    {
        Vector512<float> low = Vector512.Load(from);
        Vector512<float> high = Vector512.Load(from + 16);
        Vector512<float> both = Vector512.Max(Vector512.Abs(low), Vector512.Abs(high));
        Vector256<float> half = Vector256.Max(both.GetLower(), both.GetUpper());
        Vector128<float> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
        float most = MathF.Max(quarter[0], quarter[1]);
        scale = most / 127;
        Vector512<float> inverse = Vector512.Create(most == 0 ? 0 : 127 / most);
        Vector512<int> lowWhole = Avx512F.ConvertToVector512Int32(low * inverse);
        Vector512<int> highWhole = Avx512F.ConvertToVector512Int32(high * inverse);
        Avx512F.ConvertToVector128SByteWithSaturation(lowWhole).Store(to);
        Avx512F.ConvertToVector128SByteWithSaturation(highWhole).Store(to + 16);
        offset = 8 * Vector512.Sum(lowWhole + highWhole);
    }

    private static T* Pointer<T>(T[] pinned) where T : unmanaged => (T*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(pinned));

    /// <summary>Where they lie.</summary>
    public readonly struct View(sbyte* values, float* scales, int* offsets)
    {
        /// <summary>Shape [rows, inputs].</summary>
        public readonly sbyte* Values = values;

        /// <summary>Shape [rows, inputs / 32].</summary>
        public readonly float* Scales = scales;

        /// <summary>What weights stored with 8 added give too much: 8 times the sum of each block; shape [rows, inputs / 32].</summary>
        public readonly int* Offsets = offsets;
    }
}
