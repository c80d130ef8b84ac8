namespace LlmOps.Inference.Models.Kernels;

/// <summary>Weights in 32-bit floats as <see cref="FloatProduct"/> reads them: a tile is 64 outputs, for each input the weights of all of them.</summary>
internal static unsafe class FloatWeights
{
    /// <summary>Outputs that are computed together, in four 512-bit registers.</summary>
    public const int Lanes = 64;

    public static long TileBytes(int inputs) => (long)inputs * Lanes * sizeof(float);

    /// <summary>Packs the weights of a MatMul operator.</summary>
    /// <param name="outputs">Columns of the matrix.</param>
    /// <param name="inputs">Rows of the matrix.</param>
    /// <param name="weights">Shape [inputs, outputs].</param>
    public static PackedMatrix Pack(int outputs, int inputs, float* weights)
    {
        PackedMatrix packed = new() { Outputs = outputs, Inputs = inputs, Format = WeightFormat.Floats };
        packed.Tiles = LargePages.Allocate(packed.TileCount * packed.TileBytes);
        for (int tile = 0; tile < packed.TileCount; tile++)
        {
            int first = tile * Lanes;
            int used = Math.Min(Lanes, outputs - first);
            float* to = (float*)packed.Tile(tile);
            for (int input = 0; input < inputs; input++, to += Lanes)
            {
                new ReadOnlySpan<float>(weights + ((long)input * outputs) + first, used).CopyTo(new Span<float>(to, used));
                new Span<float>(to + used, Lanes - used).Clear();
            }
        }
        return packed;
    }
}
