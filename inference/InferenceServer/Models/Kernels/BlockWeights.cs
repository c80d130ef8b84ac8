namespace LlmOps.Inference.Models.Kernels;

/// <summary>
/// Weights of 4 bits as <see cref="BlockProduct"/> reads them. A tile is 16 outputs: for each block of 32 inputs 256 bytes of
/// weights, then for each block the 16 scales. Scales are kept in 16 bits where that loses nothing, which is a tenth less to read.
/// </summary>
internal static unsafe class BlockWeights
{
    /// <summary>Inputs that share a scale.</summary>
    public const int Block = 32;

    /// <summary>Outputs that are computed together, one in each lane of a 512-bit register.</summary>
    public const int Lanes = 16;

    /// <summary>Bytes of the weights of one block of one tile.</summary>
    public const int WeightBytes = Lanes * Block / 2;

    private const byte Zero = 0x88;

    public static long TileBytes(int inputs, WeightFormat format) => ScalesOf(inputs, inputs / Block, format);

    /// <summary>Where in a tile the scales of a block lie, in bytes; counted in 64 bits, since a file may have very long rows.</summary>
    public static long ScalesOf(int inputs, int block, WeightFormat format) =>
        ((long)(inputs / Block) * WeightBytes) + ((long)block * Lanes * (format == WeightFormat.HalfBlocks ? sizeof(short) : sizeof(float)));

    /// <summary>Packs the weights of a MatMulNBits operator with blocks of 32.</summary>
    /// <param name="outputs">Rows of the matrix.</param>
    /// <param name="inputs">Columns of the matrix, a multiple of 32.</param>
    /// <param name="weights">Shape [outputs, inputs / 32, 16], two weights a byte, the lower half first; 8 stands for 0.</param>
    /// <param name="scales">Shape [outputs, inputs / 32].</param>
    public static PackedMatrix Pack(int outputs, int inputs, byte* weights, float* scales)
    {
        int blocks = inputs / Block;
        bool halves = AreHalves(new ReadOnlySpan<float>(scales, checked(outputs * blocks)));
        PackedMatrix packed = new() { Outputs = outputs, Inputs = inputs, Format = halves ? WeightFormat.HalfBlocks : WeightFormat.Blocks };
        packed.Tiles = LargePages.Allocate(packed.TileCount * packed.TileBytes);
        for (int tile = 0; tile < packed.TileCount; tile++)
        {
            for (int block = 0; block < blocks; block++) PackBlock(packed, tile, block, weights, scales);
        }
        return packed;
    }

    /// <summary>Whether 16-bit floats hold these; not those so small that the loop that matters would need care with them.</summary>
    public static bool AreHalves(ReadOnlySpan<float> scales)
    {
        foreach (float scale in scales)
        {
            Half half = (Half)scale;
            if ((float)half != scale || !(Half.IsNormal(half) || half == Half.Zero)) return false;
        }
        return true;
    }

    private static void PackBlock(in PackedMatrix packed, int tile, int block, byte* weights, float* scales)
    {
        byte* scale = packed.Tile(tile) + ScalesOf(packed.Inputs, block, packed.Format);
        byte* to = packed.Tile(tile) + ((long)block * WeightBytes);
        for (int lane = 0; lane < Lanes; lane++)
        {
            int output = (tile * Lanes) + lane;
            long from = ((long)output * (packed.Inputs / Block)) + block;
            float own = output < packed.Outputs ? scales[from] : 0;
            if (packed.Format == WeightFormat.HalfBlocks) ((Half*)scale)[lane] = (Half)own;
            else ((float*)scale)[lane] = own;
            for (int i = 0; i < Block / 2; i++)
            {
                // Byte b of a lane's word j holds input 8j + b below and input 8j + 4 + b above.
                (int word, int inWord) = (i / 4, i % 4);
                byte both = output < packed.Outputs ? (byte)(Nibble(weights + (from * 16), (word * 8) + inWord) | (Nibble(weights + (from * 16), (word * 8) + 4 + inWord) << 4)) : Zero;
                to[(word * 64) + (lane * 4) + inWord] = both;
            }
        }
    }

    private static int Nibble(byte* block, int index) => (block[index / 2] >> (index % 2 * 4)) & 0xF;
}
