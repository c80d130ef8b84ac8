using System.Runtime.CompilerServices;

namespace LlmOps.Inference.Models.Kernels;

/// <summary>The matrices of one operator and one run over them: the same rows times each, cut into tasks that may run at the same time.</summary>
internal unsafe struct MatrixProducts
{
    // Fewer bytes of weights than these are read sooner than another thread wakes up.
    private const long WorthATask = 64 * 1024;

    private const int TasksOfAProcessor = 4;

    private Matrices _matrices;
    private Outputs _outputs;
    private float* _rows;
    private QuantizedRows.View _quantized;
    private int _count;

    /// <summary>Matrices of the operator.</summary>
    public int Count { get; private set; }

    /// <summary>Parts that the run is cut into.</summary>
    public int Tasks { get; private set; }

    public void Add(PackedMatrix matrix) => _matrices[Count++] = matrix;

    public readonly PackedMatrix Matrix(int index) => _matrices[index];

    /// <summary>Says where a matrix' results are to be written, shape [rows, outputs].</summary>
    public void Write(int matrix, float* output) => _outputs[matrix] = (nint)output;

    /// <summary>Says which rows are to be multiplied.</summary>
    /// <param name="rows">Shape [count, inputs].</param>
    /// <param name="count">At least 1.</param>
    public void Read(float* rows, int count)
    {
        _rows = rows;
        _count = count;
        if (_matrices[0].Format != WeightFormat.Floats) _quantized = QuantizedRows.Own.Fill(rows, count, _matrices[0].Inputs);
        long work = TileCount() * _matrices[0].TileBytes * ((count + 3) / 4);
        Tasks = (int)Math.Clamp(work / WorthATask, 1, Math.Min(TileCount(), TasksOfAProcessor * Environment.ProcessorCount));
    }

    /// <summary>Runs one of the tasks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        if (matrix.Format == WeightFormat.Floats) FloatProduct.Multiply(matrix, tile, _rows, _count, output);
        else BlockProduct.Multiply(matrix, tile, _quantized, _count, output);
    }

    private readonly int TileCount()
    {
        int count = 0;
        for (int i = 0; i < Count; i++) count += _matrices[i].TileCount;
        return count;
    }

    [InlineArray(PackedMatMul.Most)]
    private struct Matrices
    {
        private PackedMatrix _first;
    }

    [InlineArray(PackedMatMul.Most)]
    private struct Outputs
    {
        private nint _first;
    }
}
