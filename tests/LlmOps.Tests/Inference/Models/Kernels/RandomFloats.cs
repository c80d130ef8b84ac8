using LlmOps.Inference.Models.Graphs;

namespace LlmOps.Tests.Inference.Models.Kernels;

/// <summary>A product of MatMul with random weights in floats.</summary>
internal sealed class RandomFloats(Random random, int inputs, int outputs) : RandomProduct
{
    private readonly float[] _weights = [.. Enumerable.Range(0, inputs * outputs).Select(_ => (float)(random.NextDouble() - 0.5))];

    /// <summary>The shape that the file gives the weights.</summary>
    public long[] Shape { get; init; } = [inputs, outputs];

    public override double[] Multiply(float[] activations, int rows)
    {
        double[] results = new double[rows * outputs];
        for (int i = 0; i < results.Length; i++)
        {
            (int row, int output) = (i / outputs, i % outputs);
            for (int input = 0; input < inputs; input++) results[i] += activations[(row * inputs) + input] * (double)_weights[(input * outputs) + output];
        }
        return results;
    }

    protected override GraphNode Node(int index) => new() { Type = "MatMul", Inputs = ["x", $"w{index}"], Outputs = [$"y{index}"] };

    protected override void WriteWeights(BinaryWriter graph, int index) =>
        ProtoField.Write(graph, 5, Tensor($"w{index}", FloatType, Bytes(_weights), Shape));
}
