using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>The matrices of one operator and one run over them: the same rows times each, cut into tasks that may run at the same time.</summary>
internal unsafe struct BlockProducts
{
    // Fewer bytes of weights than these are read sooner than another thread wakes up.
    private const long WorthATask = 64 * 1024;

    private const int TasksOfAProcessor = 4;

    private Matrices _matrices;
    private Outputs _outputs;
    private sbyte* _values;
    private float* _scales;
    private int* _offsets;
    private int _rows;

    /// <summary>Matrices of the operator.</summary>
    public int Count { get; private set; }

    /// <summary>Parts that the run is cut into.</summary>
    public int Tasks { get; private set; }

    public void Add(PackedMatrix matrix) => _matrices[Count++] = matrix;

    public readonly PackedMatrix Matrix(int index) => _matrices[index];

    /// <summary>Says where a matrix' results are to be written, shape [rows, outputs].</summary>
    public void Write(int matrix, float* output) => _outputs[matrix] = (nint)output;

    /// <summary>Says which rows are to be multiplied.</summary>
    public void Read(QuantizedRows rows, int count)
    {
        _rows = count;
        _values = rows.Values;
        _scales = rows.Scales;
        _offsets = rows.Offsets;
        long work = TileCount() * _matrices[0].TileBytes * ((count + 3) / 4);
        Tasks = (int)Math.Clamp(work / WorthATask, 1, Math.Min(TileCount(), TasksOfAProcessor * Environment.ProcessorCount));
    }

    /// <summary>Runs one of the tasks.</summary>
    public readonly void Run(int task)
    {
        long tiles = TileCount();
        int end = (int)(tiles * (task + 1) / Tasks);
        for (int tile = (int)(tiles * task / Tasks); tile < end; tile++)
        {
            (int matrix, int own) = (0, tile);
            while (own >= _matrices[matrix].TileCount) own -= _matrices[matrix++].TileCount;
            Multiply(_matrices[matrix], own, (float*)_outputs[matrix]);
        }
    }

    private readonly void Multiply(in PackedMatrix matrix, int tile, float* output)
    {
        byte* weights = matrix.Tiles + (tile * matrix.TileBytes);
        int blocks = matrix.Blocks;
        int first = tile * PackedMatrix.Lanes;
        Span<Vector512<float>> sums = stackalloc Vector512<float>[4];
        int row = 0;
        for (; row + 4 <= _rows; row += 4)
        {
            long at = (long)row * blocks;
            BlockProduct.Four(weights, blocks, _values + (at * PackedMatrix.Block), _scales + at, _offsets + at, matrix.HalfScales, sums);
            for (int i = 0; i < 4; i++) Store(sums[i], output + ((long)(row + i) * matrix.Outputs) + first, matrix.Outputs - first);
        }
        for (; row < _rows; row++)
        {
            long at = (long)row * blocks;
            Vector512<float> sum = BlockProduct.One(weights, blocks, _values + (at * PackedMatrix.Block), _scales + at, _offsets + at, matrix.HalfScales);
            Store(sum, output + ((long)row * matrix.Outputs) + first, matrix.Outputs - first);
        }
    }

    private static void Store(Vector512<float> sum, float* to, int room)
    {
        if (room >= PackedMatrix.Lanes)
        {
            sum.Store(to);
            return;
        }
        for (int i = 0; i < room; i++) to[i] = sum[i];
    }

    private readonly int TileCount()
    {
        int count = 0;
        for (int i = 0; i < Count; i++) count += _matrices[i].TileCount;
        return count;
    }

    [InlineArray(BlockMatMul.Most)]
    private struct Matrices
    {
        private PackedMatrix _first;
    }

    [InlineArray(BlockMatMul.Most)]
    private struct Outputs
    {
        private nint _first;
    }
}
