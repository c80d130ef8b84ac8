using System.Runtime.InteropServices;
using System.Text;

namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>Writes the same model as GGUF version 3 for llama.cpp, in 32-bit floats or as Q4_0; the embedding table is always in floats.</summary>
internal static class WriteGguf
{
    private const int Alignment = 32;
    private const uint F32 = 0;
    private const uint Q40 = 2;

    private sealed record Tensor(string Name, RandomMatrix? Matrix, int Length, bool Quantized)
    {
        public uint Type => Quantized ? Q40 : F32;

        public long Bytes => Quantized ? (long)Matrix!.Rows * Matrix.Columns / ModelShape.Block * 18 : (Matrix is null ? Length : (long)Matrix.Rows * Matrix.Columns) * sizeof(float);
    }

    public static void To(string path, ModelShape shape, bool quantized)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = File.Create(path, 1 << 20);
        using BinaryWriter writer = new(file, Encoding.UTF8);
        Tensor[] tensors = [.. Tensors(shape, quantized)];
        GgufKeys keys = new(shape, quantized);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Length);
        writer.Write((ulong)keys.Count);
        keys.Write(writer);
        long offset = 0;
        foreach (Tensor tensor in tensors)
        {
            Describe(writer, tensor, offset);
            offset += (tensor.Bytes + Alignment - 1) / Alignment * Alignment;
        }
        Pad(writer);
        foreach (Tensor tensor in tensors)
        {
            Write(writer, tensor);
            Pad(writer);
        }
    }

    private static IEnumerable<Tensor> Tensors(ModelShape shape, bool quantized)
    {
        Tensor Matrix(string name, RandomMatrix matrix) => new($"{name}.weight", matrix, 0, quantized);
        Tensor Norm(string name) => new($"{name}.weight", null, shape.Hidden, false);
        double deviation = LlamaWeights.PlainDeviation(shape.Hidden);
        yield return Matrix("token_embd", LlamaWeights.Embedding(shape)) with { Quantized = false };
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string block = $"blk.{layer}";
            yield return Norm($"{block}.attn_norm");
            yield return Matrix($"{block}.attn_q", LlamaWeights.Paired(LlamaWeights.Query(shape, layer), shape.HeadSize, deviation));
            yield return Matrix($"{block}.attn_k", LlamaWeights.Paired(LlamaWeights.Key(shape, layer), shape.HeadSize, deviation));
            yield return Matrix($"{block}.attn_v", LlamaWeights.Value(shape, layer));
            yield return Matrix($"{block}.attn_output", LlamaWeights.Output(shape, layer));
            yield return Norm($"{block}.ffn_norm");
            yield return Matrix($"{block}.ffn_gate", LlamaWeights.Gate(shape, layer));
            yield return Matrix($"{block}.ffn_up", LlamaWeights.Up(shape, layer));
            yield return Matrix($"{block}.ffn_down", LlamaWeights.Down(shape, layer));
        }
        yield return Norm("output_norm");
        yield return Matrix("output", LlamaWeights.Head(shape));
    }

    private static void Describe(BinaryWriter writer, Tensor tensor, long offset)
    {
        GgufKeys.Text(writer, tensor.Name);
        // The fastest dimension comes first.
        ulong[] shape = tensor.Matrix is { } matrix ? [(ulong)matrix.Columns, (ulong)matrix.Rows] : [(ulong)tensor.Length];
        writer.Write((uint)shape.Length);
        foreach (ulong size in shape) writer.Write(size);
        writer.Write(tensor.Type);
        writer.Write((ulong)offset);
    }

    private static void Write(BinaryWriter writer, Tensor tensor)
    {
        if (tensor.Matrix is not { } matrix)
        {
            for (int i = 0; i < tensor.Length; i++) writer.Write(1f);
            return;
        }
        int rowBytes = (int)(tensor.Bytes / matrix.Rows);
        byte[] bytes = new byte[tensor.Bytes];
        Parallel.For(0, matrix.Rows, row =>
        {
            Span<byte> target = bytes.AsSpan(row * rowBytes, rowBytes);
            if (tensor.Quantized) Pack(matrix, row, target);
            else matrix.Row(row, MemoryMarshal.Cast<byte, float>(target));
        });
        writer.Write(bytes);
    }

    // A block: the scale, then 16 bytes of which each holds number i in its low and number i + 16 in its high half.
    private static void Pack(RandomMatrix matrix, int row, Span<byte> target)
    {
        Span<byte> codes = stackalloc byte[ModelShape.Block];
        for (int block = 0; block < matrix.Columns / ModelShape.Block; block++)
        {
            matrix.Block(row, block, codes, out Half scale);
            Span<byte> to = target.Slice(block * 18, 18);
            MemoryMarshal.Write(to, scale);
            for (int i = 0; i < 16; i++) to[2 + i] = (byte)(codes[i] | (codes[i + 16] << 4));
        }
    }

    private static void Pad(BinaryWriter writer)
    {
        writer.Flush();
        while (writer.BaseStream.Position % Alignment != 0) writer.BaseStream.WriteByte(0);
    }
}
