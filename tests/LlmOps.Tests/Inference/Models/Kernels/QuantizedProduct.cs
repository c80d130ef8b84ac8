using LlmOps.Inference.Models.Graphs;

namespace LlmOps.Tests.Inference.Models.Kernels;

/// <summary>A product of MatMulNBits with random 4-bit weights.</summary>
internal sealed class QuantizedProduct : RandomProduct
{
    private const int Block = 32;
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

    public override double[] Multiply(float[] activations, int rows)
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

    protected override GraphNode Node(int index)
    {
        GraphNode node = new() { Type = "MatMulNBits", Domain = "com.microsoft", Inputs = ["x", $"w{index}", $"s{index}"], Outputs = [$"y{index}"] };
        foreach ((string name, long value) in Attributes) node.Set(name, value);
        return node;
    }

    protected override void WriteWeights(BinaryWriter graph, int index)
    {
        int blocks = _inputs / Block;
        ProtoField.Write(graph, 5, Tensor($"w{index}", ByteType, _weights, _outputs, blocks, Block / 2));
        ProtoField.Write(graph, 5, Tensor($"s{index}", FloatType, Bytes(_scales), _outputs * blocks));
    }

    private static float Scale(Random random, bool half)
    {
        float scale = (float)(random.NextDouble() - 0.5);
        return half ? (float)(Half)scale : scale;
    }
}
