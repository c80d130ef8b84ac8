namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>Adds multiplications by a matrix, or by several below one another, in 32-bit floats or in blocks of 4 bits.</summary>
internal sealed class OnnxMatrices(GraphFile graph, bool quantized)
{
    // Rows that one thread turns at a time: a cache line of floats.
    private const int Strip = 16;

    /// <summary>A matrix as it is, for look-ups.</summary>
    public string Table(string name, RandomMatrix matrix)
    {
        float[] values = new float[(long)matrix.Rows * matrix.Columns];
        Parallel.For(0, matrix.Rows, row => matrix.Row(row, values.AsSpan(row * matrix.Columns, matrix.Columns)));
        return graph.Weight($"{name}.weight", GraphFile.Float, values, matrix.Rows, matrix.Columns);
    }

    public string Multiply(string input, string name, params RandomMatrix[] matrices)
    {
        int rows = matrices.Sum(matrix => matrix.Rows);
        return quantized
            ? Blocks(input, name, rows, matrices)
            : graph.Add("MatMul", [input, graph.Weight($"{name}.weight", GraphFile.Float, Turned(rows, matrices), matrices[0].Columns, rows)]);
    }

    private string Blocks(string input, string name, int rows, RandomMatrix[] matrices)
    {
        int columns = matrices[0].Columns;
        int blocks = columns / ModelShape.Block;
        byte[] codes = new byte[(long)rows * columns / 2];
        float[] scales = new float[(long)rows * blocks];
        Each(matrices, Strip, (matrix, row, target) =>
        {
            Span<byte> unpacked = stackalloc byte[ModelShape.Block];
            for (int block = 0; block < blocks; block++)
            {
                int at = (target * blocks) + block;
                matrix.Block(row, block, unpacked, out Half scale);
                scales[at] = (float)scale;
                for (int i = 0; i < ModelShape.Block / 2; i++) codes[(at * ModelShape.Block / 2) + i] = (byte)(unpacked[2 * i] | (unpacked[(2 * i) + 1] << 4));
            }
        });
        string packed = graph.Weight($"{name}.qweight", GraphFile.Byte, codes, rows, blocks, ModelShape.Block / 2);
        string factors = graph.Weight($"{name}.scales", GraphFile.Float, scales, scales.Length);
        return graph.Add("MatMulNBits", [input, packed, factors], null, ("K", columns), ("N", rows), ("bits", 4), ("block_size", ModelShape.Block), ("accuracy_level", 4));
    }

    // MatMul wants [columns, rows].
    private static float[] Turned(int rows, RandomMatrix[] matrices)
    {
        int columns = matrices[0].Columns;
        float[] turned = new float[(long)rows * columns];
        Each(matrices, Strip, (matrix, row, target) =>
        {
            float[] values = System.Buffers.ArrayPool<float>.Shared.Rent(columns);
            matrix.Row(row, values.AsSpan(0, columns));
            for (int i = 0; i < columns; i++) turned[(i * (long)rows) + target] = values[i];
            System.Buffers.ArrayPool<float>.Shared.Return(values);
        });
        return turned;
    }

    private static void Each(RandomMatrix[] matrices, int strip, Action<RandomMatrix, int, int> visit)
    {
        int above = 0;
        foreach (RandomMatrix matrix in matrices)
        {
            int first = above;
            Parallel.For(0, (matrix.Rows + strip - 1) / strip, part =>
            {
                for (int row = part * strip; row < Math.Min(matrix.Rows, (part + 1) * strip); row++) visit(matrix, row, first + row);
            });
            above += matrix.Rows;
        }
    }
}
