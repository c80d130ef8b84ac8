using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>
/// Products of 32-bit floats with AVX-512. A lane computes one output of a row, input after input, so that its result does not
/// depend on what else is computed. Six rows of 64 outputs are what the registers hold. Compiled well from the first call on: a fresh
/// version is measured against one that has run for long.
/// </summary>
internal static unsafe class FloatProduct
{
    // Inputs of a tile that stay in the first cache (32 KiB) while all rows are multiplied with them.
    private const int Slice = 128;

    // The sums of so many rows, six at a time, are 33 KiB.
    private const int MostRows = 132;

    /// <summary>Computes the outputs of one tile.</summary>
    /// <param name="matrix">Weights in floats.</param>
    /// <param name="tile">Which 64 outputs.</param>
    /// <param name="rows">Shape [count, inputs].</param>
    /// <param name="count">At least 1.</param>
    /// <param name="output">Shape [count, outputs] of the matrix.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in PackedMatrix matrix, int tile, float* rows, int count, float* output)
    {
        int parts = (count + MostRows - 1) / MostRows;
        Span<byte> memory = stackalloc byte[(((count + parts - 1) / parts) * sizeof(Sums)) + sizeof(Vector512<float>)];
        Sums* sums = (Sums*)(((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory)) + sizeof(Vector512<float>) - 1) & -sizeof(Vector512<float>));
        int first = tile * FloatWeights.Lanes;
        int used = Math.Min(FloatWeights.Lanes, matrix.Outputs - first);
        for (int part = 0; part < parts; part++)
        {
            int from = (int)((long)count * part / parts);
            int own = (int)((long)count * (part + 1) / parts) - from;
            new Span<Sums>(sums, own).Clear();
            Sum((float*)matrix.Tile(tile), matrix.Inputs, rows + ((long)from * matrix.Inputs), own, sums);
            for (int i = 0; i < own; i++)
            {
                new ReadOnlySpan<float>(sums + i, used).CopyTo(new Span<float>(output + ((long)(from + i) * matrix.Outputs) + first, used));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(float* weights, int inputs, float* rows, int count, Sums* sums)
    {
        for (int begin = 0; begin < inputs; begin += Slice)
        {
            int length = Math.Min(Slice, inputs - begin);
            float* own = weights + ((long)begin * FloatWeights.Lanes);
            int row = 0;
            for (; row + 6 <= count; row += 6) Six(own, length, rows + ((long)row * inputs) + begin, inputs, sums + row);
            for (; row + 2 <= count; row += 2) Two(own, length, rows + ((long)row * inputs) + begin, inputs, sums + row);
            if (row < count) One(own, length, rows + ((long)row * inputs) + begin, sums + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(float* weights, int length, float* row, Sums* sums)
    {
        Sums sum = *sums;
        for (int i = 0; i < length; i++, weights += FloatWeights.Lanes) sum = sum.Add(row + i, Weights.Load(weights));
        *sums = sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(float* weights, int length, float* rows, nint inputs, Sums* sums)
    {
        (Sums sum0, Sums sum1) = (sums[0], sums[1]);
        for (int i = 0; i < length; i++, weights += FloatWeights.Lanes)
        {
            Weights own = Weights.Load(weights);
            sum0 = sum0.Add(rows + i, own);
            sum1 = sum1.Add(rows + i + inputs, own);
        }
        (sums[0], sums[1]) = (sum0, sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six(float* weights, int length, float* rows, nint inputs, Sums* sums)
    {
        (Sums sum0, Sums sum1, Sums sum2) = (sums[0], sums[1], sums[2]);
        (Sums sum3, Sums sum4, Sums sum5) = (sums[3], sums[4], sums[5]);
        for (int i = 0; i < length; i++, weights += FloatWeights.Lanes)
        {
            Weights own = Weights.Load(weights);
            sum0 = sum0.Add(rows + i, own);
            sum1 = sum1.Add(rows + i + inputs, own);
            sum2 = sum2.Add(rows + i + (2 * inputs), own);
            sum3 = sum3.Add(rows + i + (3 * inputs), own);
            sum4 = sum4.Add(rows + i + (4 * inputs), own);
            sum5 = sum5.Add(rows + i + (5 * inputs), own);
        }
        (sums[0], sums[1], sums[2]) = (sum0, sum1, sum2);
        (sums[3], sums[4], sums[5]) = (sum3, sum4, sum5);
    }

    // What one input is multiplied with.
    private readonly record struct Weights(Vector512<float> A, Vector512<float> B, Vector512<float> C, Vector512<float> D)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Weights Load(float* from)
        {
            LargePages.FetchAhead((byte*)from);
            return new Weights(Vector512.Load(from), Vector512.Load(from + 16), Vector512.Load(from + 32), Vector512.Load(from + 48));
        }
    }

    // One row's outputs of a tile.
    private readonly record struct Sums(Vector512<float> A, Vector512<float> B, Vector512<float> C, Vector512<float> D)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Sums Add(float* activation, Weights weights)
        {
            Vector512<float> input = Vector512.Create(*activation);
            return new Sums(
                Avx512F.FusedMultiplyAdd(input, weights.A, A),
                Avx512F.FusedMultiplyAdd(input, weights.B, B),
                Avx512F.FusedMultiplyAdd(input, weights.C, C),
                Avx512F.FusedMultiplyAdd(input, weights.D, D));
        }
    }
}
