using LlmOps.Inference.Models.Graphs;

namespace LlmOps.Tests.Inference.Models.Kernels;

/// <summary>A product with random 4-bit weights, and a model file that computes it with MatMulNBits.</summary>
internal sealed class QuantizedProduct
{
    private const int Block = 32;
    private const int FloatType = 1;
    private const int ByteType = 2;
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly byte[] _weights;
    private readonly float[] _scales;

    public QuantizedProduct(Random random, int inputs, int outputs, bool halfScales = false)
    {
        (_inputs, _outputs) = (inputs, outputs);
        _weights = new byte[outputs * inputs / 2];
        random.NextBytes(_weights);
        _scales = [.. Enumerable.Range(0, outputs * inputs / Block).Select(_ => Scale(random, halfScales))];
        Attributes = new() { ["K"] = inputs, ["N"] = outputs, ["bits"] = 4, ["block_size"] = Block, ["accuracy_level"] = 4 };
    }

    public Dictionary<string, long> Attributes { get; }

    /// <summary>Makes all weights the same: two in a byte.</summary>
    public void Fill(byte weights) => Array.Fill(_weights, weights);

    /// <summary>A model with the input x and an output for each product: y0, y1, …</summary>
    public static byte[] Model(params QuantizedProduct[] products) => ProtoField.Message(model =>
    {
        ProtoField.Write(model, 1, 8);
        ProtoField.Write(model, 7, ProtoField.Message(graph => WriteGraph(graph, products)));
        foreach ((string domain, long version) in new[] { ("", 14L), ("com.microsoft", 1L) })
        {
            ProtoField.Write(model, 8, ProtoField.Message(set =>
            {
                ProtoField.Write(set, 1, domain);
                ProtoField.Write(set, 2, version);
            }));
        }
    });

    /// <summary>The product in 64-bit floats, shape [rows, outputs].</summary>
    public double[] Multiply(float[] activations, int rows)
    {
        double[] results = new double[rows * _outputs];
        for (int i = 0; i < results.Length; i++)
        {
            (int row, int output) = (i / _outputs, i % _outputs);
            for (int input = 0; input < _inputs; input++)
            {
                int weight = (output * _inputs) + input;
                int stored = (_weights[weight / 2] >> (weight % 2 * 4)) & 0xF;
                results[i] += activations[(row * _inputs) + input] * (double)_scales[weight / Block] * (stored - 8);
            }
        }
        return results;
    }

    private static float Scale(Random random, bool half)
    {
        float scale = (float)(random.NextDouble() - 0.5);
        return half ? (float)(Half)scale : scale;
    }

    private static void WriteGraph(BinaryWriter graph, QuantizedProduct[] products)
    {
        for (int i = 0; i < products.Length; i++)
        {
            GraphNode node = new() { Type = "MatMulNBits", Domain = "com.microsoft", Inputs = ["x", $"w{i}", $"s{i}"], Outputs = [$"y{i}"] };
            foreach ((string name, long value) in products[i].Attributes) node.Set(name, value);
            ProtoField.Write(graph, 1, ProtoField.Message(node.Write));
        }
        ProtoField.Write(graph, 2, "products");
        for (int i = 0; i < products.Length; i++) products[i].WriteWeights(graph, i);
        ProtoField.Write(graph, 11, Value("x"));
        for (int i = 0; i < products.Length; i++) ProtoField.Write(graph, 12, Value($"y{i}"));
    }

    private void WriteWeights(BinaryWriter graph, int index)
    {
        int blocks = _inputs / Block;
        ProtoField.Write(graph, 5, Tensor($"w{index}", ByteType, _weights, _outputs, blocks, Block / 2));
        byte[] scales = new byte[_scales.Length * sizeof(float)];
        Buffer.BlockCopy(_scales, 0, scales, 0, scales.Length);
        ProtoField.Write(graph, 5, Tensor($"s{index}", FloatType, scales, _outputs * blocks));
    }

    private static byte[] Tensor(string name, long type, byte[] content, params long[] shape) => ProtoField.Message(tensor =>
    {
        foreach (long length in shape) ProtoField.Write(tensor, 1, length);
        ProtoField.Write(tensor, 2, type);
        ProtoField.Write(tensor, 8, name);
        ProtoField.Write(tensor, 9, content);
    });

    // Of 32-bit floats in two dimensions of any length.
    private static byte[] Value(string name)
    {
        byte[] shape = ProtoField.Message(writer =>
        {
            ProtoField.Write(writer, 1, ReadOnlySpan<byte>.Empty);
            ProtoField.Write(writer, 1, ReadOnlySpan<byte>.Empty);
        });
        byte[] tensor = ProtoField.Message(writer =>
        {
            ProtoField.Write(writer, 1, FloatType);
            ProtoField.Write(writer, 2, shape);
        });
        return ProtoField.Message(value =>
        {
            ProtoField.Write(value, 1, name);
            ProtoField.Write(value, 2, ProtoField.Message(type => ProtoField.Write(type, 1, tensor)));
        });
    }
}
