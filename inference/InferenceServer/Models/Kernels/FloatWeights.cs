namespace LlmOps.Inference.Models.Kernels;

/// <summary>Weights in 32-bit floats as <see cref="FloatProduct"/> reads them: a tile is 64 outputs, for each input the weights of all of them.</summary>
internal static unsafe class FloatWeights
{
    /// <summary>Outputs that are computed together, in four 512-bit registers.</summary>
    public const int Lanes = 64;

    private const int RowsATurn = 16;

    public static long TileBytes(int inputs) => (long)inputs * Lanes * sizeof(float);

    /// <summary>Packs the weights of a MatMul operator.</summary>
    /// <param name="outputs">Columns of the matrix.</param>
    /// <param name="inputs">Rows of the matrix.</param>
    /// <param name="weights">Shape [inputs, outputs].</param>
    public static PackedMatrix Pack(int outputs, int inputs, float* weights)
    {
        PackedMatrix packed = new() { Outputs = outputs, Inputs = inputs, Format = WeightFormat.Floats };
        packed.Tiles = LargePages.Allocate(packed.TileCount * packed.TileBytes);
        // In turns small enough that what a turn reads, side by side in the file, is still in a cache when the next tile wants its part.
        for (int begin = 0; begin < inputs; begin += RowsATurn)
        {
            for (int tile = 0; tile < packed.TileCount; tile++) PackRows(packed, tile, begin, Math.Min(RowsATurn, inputs - begin), weights);
        }
        return packed;
    }

    private static void PackRows(in PackedMatrix packed, int tile, int begin, int count, float* weights)
    {
        int first = tile * Lanes;
        int used = Math.Min(Lanes, packed.Outputs - first);
        float* to = (float*)packed.Tile(tile) + ((long)begin * Lanes);
        for (int input = begin; input < begin + count; input++, to += Lanes)
        {
            new ReadOnlySpan<float>(weights + ((long)input * packed.Outputs) + first, used).CopyTo(new Span<float>(to, used));
            new Span<float>(to + used, Lanes - used).Clear();
        }
    }
}
