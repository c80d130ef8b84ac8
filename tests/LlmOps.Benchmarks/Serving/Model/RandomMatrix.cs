namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>
/// A weight matrix [rows, columns] of pseudo-random numbers that 4 bits and a 16-bit scale for each 32 hold exactly. Any row can be
/// asked for at any time and is always the same, so that every file format writes the same model in its own order.
/// </summary>
internal sealed class RandomMatrix(string name, int rows, int columns, double deviation)
{
    private const int Middle = 8;
    // Of whole numbers from -7 to 7 with 0 twice as frequent.
    private const double DeviationOfCodes = 4.183;

    private readonly ulong _seed = Seed(name);

    public string Name { get; } = name;

    public int Rows => rows;

    public int Columns => columns;

    /// <summary>Rows of zeros at the beginning: outputs that are always 0.</summary>
    public int SilentRows { get; init; }

    /// <summary>Row <c>i</c> of the file is row <c>Order(i)</c> of the model.</summary>
    public Func<int, int> Order { get; init; } = row => row;

    /// <summary>The codes 0 to 15 of 32 neighbours of a row, each standing for (code - 8) times the scale.</summary>
    public void Block(int row, int block, Span<byte> codes, out Half scale)
    {
        row = Order(row);
        ulong at = _seed + (((ulong)row * (ulong)(columns / ModelShape.Block)) + (ulong)block) * 3;
        (ulong low, ulong high) = (Mix(at), Mix(at + 1));
        for (int i = 0; i < 16; i++)
        {
            codes[i] = Code((int)(low >> (4 * i)) & 15);
            codes[i + 16] = Code((int)(high >> (4 * i)) & 15);
        }
        double spread = 0.75 + (0.5 * (Mix(at + 2) >> 11) / (1UL << 53));
        scale = (Half)(row < SilentRows ? 0 : deviation / DeviationOfCodes * spread);
    }

    /// <summary>A row as numbers.</summary>
    public void Row(int row, Span<float> values)
    {
        Span<byte> codes = stackalloc byte[ModelShape.Block];
        for (int block = 0; block < columns / ModelShape.Block; block++)
        {
            Block(row, block, codes, out Half half);
            float scale = (float)half;
            Span<float> target = values.Slice(block * ModelShape.Block, ModelShape.Block);
            for (int i = 0; i < ModelShape.Block; i++) target[i] = (codes[i] - Middle) * scale;
        }
    }

    private static byte Code(int nibble) => (byte)(nibble == 0 ? Middle : nibble);

    // FNV-1a, so that the numbers depend on the tensor's name alone.
    private static ulong Seed(string text) => text.Aggregate(14695981039346656037UL, (hash, character) => (hash ^ character) * 1099511628211UL);

    // SplitMix64's output function over a counter.
    private static ulong Mix(ulong at)
    {
        ulong z = at * 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
