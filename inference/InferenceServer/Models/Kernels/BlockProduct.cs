using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>
/// Products of 8-bit activations and 4-bit weights with AVX-512. A lane computes one output, so that nothing is summed across lanes.
/// Eight sums of two products of at most 15 * 127 fit into 16 bits, which is a block. Compiled well from the first call on.
/// </summary>
internal static unsafe class BlockProduct
{
    private const float TwoTo112 = 5192296858534827628530496329220096f;

    /// <summary>Computes the outputs of one tile.</summary>
    /// <param name="matrix">Weights of 4 bits.</param>
    /// <param name="tile">Which 16 outputs.</param>
    /// <param name="rows">Activations, as many as the matrix has inputs in each row.</param>
    /// <param name="count">Rows of them, at least 1.</param>
    /// <param name="output">Shape [count, outputs] of the matrix.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in PackedMatrix matrix, int tile, in QuantizedRows.View rows, int count, float* output)
    {
        byte* weights = matrix.Tile(tile);
        int blocks = matrix.Inputs / BlockWeights.Block;
        int first = tile * BlockWeights.Lanes;
        bool halfScales = matrix.Format == WeightFormat.HalfBlocks;
        Span<Vector512<float>> sums = stackalloc Vector512<float>[4];
        int row = 0;
        for (; row + 4 <= count; row += 4)
        {
            long at = (long)row * blocks;
            Four(weights, blocks, rows.Values + (at * BlockWeights.Block), rows.Scales + at, rows.Offsets + at, halfScales, sums);
            for (int i = 0; i < 4; i++) Store(sums[i], output + ((long)(row + i) * matrix.Outputs) + first, matrix.Outputs - first);
        }
        for (; row < count; row++)
        {
            long at = (long)row * blocks;
            Vector512<float> sum = One(weights, blocks, rows.Values + (at * BlockWeights.Block), rows.Scales + at, rows.Offsets + at, halfScales);
            Store(sum, output + ((long)row * matrix.Outputs) + first, matrix.Outputs - first);
        }
    }

    private static void Store(Vector512<float> sum, float* to, int room)
    {
        if (room >= BlockWeights.Lanes)
        {
            sum.Store(to);
            return;
        }
        for (int i = 0; i < room; i++) to[i] = sum[i];
    }

    // 16 outputs of one row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector512<float> One(byte* tile, int blocks, sbyte* values, float* scales, int* offsets, bool halfScales)
    {
        byte* own = tile + ((nint)blocks * BlockWeights.WeightBytes);
        Vector512<float> sum = Vector512<float>.Zero;
        for (int block = 0; block < blocks; block++)
        {
            LargePages.FetchAhead(tile);
            (Vector512<byte> a, Vector512<byte> b) = (Vector512.Load(tile), Vector512.Load(tile + 64));
            (Vector512<byte> c, Vector512<byte> d) = (Vector512.Load(tile + 128), Vector512.Load(tile + 192));
            sum = Add(sum, Lower(a), Upper(a), Lower(b), Upper(b), Lower(c), Upper(c), Lower(d), Upper(d), Scales(own, block, halfScales), values, scales[block], offsets[block]);
            tile += BlockWeights.WeightBytes;
            values += BlockWeights.Block;
        }
        return sum;
    }

    // 16 outputs of four rows, which lie one behind the other; the weights are unpacked once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(byte* tile, int blocks, sbyte* values, float* scales, int* offsets, bool halfScales, Span<Vector512<float>> sums)
    {
        byte* ownScales = tile + ((nint)blocks * BlockWeights.WeightBytes);
        (Vector512<float> sum0, Vector512<float> sum1) = (Vector512<float>.Zero, Vector512<float>.Zero);
        (Vector512<float> sum2, Vector512<float> sum3) = (Vector512<float>.Zero, Vector512<float>.Zero);
        nint row = (nint)blocks * BlockWeights.Block;
        for (int block = 0; block < blocks; block++)
        {
            (Vector512<byte> a, Vector512<byte> c) = (Vector512.Load(tile), Vector512.Load(tile + 64));
            (Vector512<byte> e, Vector512<byte> g) = (Vector512.Load(tile + 128), Vector512.Load(tile + 192));
            (Vector512<byte> b, Vector512<byte> d) = (Upper(a), Upper(c));
            (Vector512<byte> f, Vector512<byte> h) = (Upper(e), Upper(g));
            (a, c) = (Lower(a), Lower(c));
            (e, g) = (Lower(e), Lower(g));
            Vector512<float> own = Scales(ownScales, block, halfScales);
            sum0 = Add(sum0, a, b, c, d, e, f, g, h, own, values, scales[block], offsets[block]);
            sum1 = Add(sum1, a, b, c, d, e, f, g, h, own, values + row, scales[block + blocks], offsets[block + blocks]);
            sum2 = Add(sum2, a, b, c, d, e, f, g, h, own, values + (2 * row), scales[block + (2 * blocks)], offsets[block + (2 * blocks)]);
            sum3 = Add(sum3, a, b, c, d, e, f, g, h, own, values + (3 * row), scales[block + (3 * blocks)], offsets[block + (3 * blocks)]);
            tile += BlockWeights.WeightBytes;
            values += BlockWeights.Block;
        }
        (sums[0], sums[1]) = (sum0, sum1);
        (sums[2], sums[3]) = (sum2, sum3);
    }

    // Eight registers of weights, each with four inputs of each of 16 outputs; the activations are the same for all outputs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(
        Vector512<float> sum,
        Vector512<byte> a, Vector512<byte> b, Vector512<byte> c, Vector512<byte> d,
        Vector512<byte> e, Vector512<byte> f, Vector512<byte> g, Vector512<byte> h,
        Vector512<float> own, sbyte* values, float scale, int offset)
    {
        int* four = (int*)values;
        Vector512<short> products = Multiply(a, four[0]) + Multiply(b, four[1]) + Multiply(c, four[2]) + Multiply(d, four[3]);
        Vector512<short> others = Multiply(e, four[4]) + Multiply(f, four[5]) + Multiply(g, four[6]) + Multiply(h, four[7]);
        Vector512<int> whole = Avx512BW.MultiplyAddAdjacent(products + others, Vector512<short>.One) - Vector512.Create(offset);
        return Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(whole), own * Vector512.Create(scale), sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Multiply(Vector512<byte> weights, int fourValues) =>
        Avx512BW.MultiplyAddAdjacent(weights, Vector512.Create(fourValues).AsSByte());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Lower(Vector512<byte> packed) => packed & Vector512.Create((byte)0xF);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Upper(Vector512<byte> packed) => (packed.AsUInt16() >> 4).AsByte() & Vector512.Create((byte)0xF);

    // A half's exponent is moved into that of a float, and what it is short of is multiplied in.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scales(byte* scales, int block, bool halves)
    {
        if (!halves) return Vector512.Load((float*)scales + (block * BlockWeights.Lanes));
        Vector512<int> wide = Avx512F.ConvertToVector512Int32(Vector256.Load((short*)scales + (block * BlockWeights.Lanes)));
        Vector512<int> moved = (wide << 13) & Vector512.Create(unchecked((int)0x8FFF_E000));
        return moved.AsSingle() * Vector512.Create(TwoTo112);
    }
}
