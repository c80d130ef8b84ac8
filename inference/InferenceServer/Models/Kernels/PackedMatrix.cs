using System.Runtime.InteropServices;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>How the weights of a <see cref="PackedMatrix"/> are written.</summary>
internal enum WeightFormat
{
    /// <summary>4 bits, a 32-bit scale for 32 of them (<see cref="BlockWeights"/>).</summary>
    Blocks,

    /// <summary>4 bits, a 16-bit scale for 32 of them.</summary>
    HalfBlocks,

    /// <summary>32-bit floats (<see cref="FloatWeights"/>).</summary>
    Floats,
}

/// <summary>
/// A matrix of weights in the order in which a product reads them, so that memory is read from one end to the other. A tile holds
/// all inputs of some outputs that are computed together.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct PackedMatrix
{
    public byte* Tiles;
    public int Outputs;
    public int Inputs;
    public WeightFormat Format;

    /// <summary>Outputs of a tile; the last one may be partly empty.</summary>
    public readonly int Lanes => Format == WeightFormat.Floats ? FloatWeights.Lanes : BlockWeights.Lanes;

    public readonly int TileCount => (Outputs + Lanes - 1) / Lanes;

    public readonly long TileBytes => Format == WeightFormat.Floats ? FloatWeights.TileBytes(Inputs) : BlockWeights.TileBytes(Inputs, Format);

    public readonly byte* Tile(int index) => Tiles + (index * TileBytes);

    public readonly void Free() => LargePages.Free(Tiles);
}
