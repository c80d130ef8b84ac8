using LlmOps.Inference.Models.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace LlmOps.Tests.Inference.Models.Kernels;

/// <summary>Our operator against MatMul of ONNX Runtime and against the same sums in 64-bit floats.</summary>
public sealed class FloatMatMulTests : IDisposable
{
    private readonly Random _random = new(7);
    private readonly ProductRun _run = new();

    public void Dispose() => _run.Dispose();

    [VectorTheory]
    [InlineData(1, 1, 64)]
    [InlineData(1, 130, 65)]
    [InlineData(2, 128, 127)]
    [InlineData(9, 300, 200)]
    [InlineData(133, 70, 64)]
    [InlineData(300, 40, 100)]
    public void Product_is_that_of_MatMul(int rows, int inputs, int outputs)
    {
        RandomFloats product = new(_random, inputs, outputs);
        float[] activations = _run.Activations(rows, inputs);
        float[] ours = _run.Of(ProductRun.Fitted(product), activations, rows)[0];
        float[] theirs = _run.Of(RandomProduct.Model(product), activations, rows)[0];
        Assert.Equal(theirs.Length, ours.Length);
        double[] exact = product.Multiply(activations, rows);
        double tolerance = inputs * 1e-6;
        Assert.All(exact.Zip(ours), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.All(theirs.Zip(ours), pair => Assert.Equal(pair.First, pair.Second, (float)tolerance));
    }

    [VectorTheory]
    [InlineData(11)]
    [InlineData(140)]
    public void Row_is_the_same_to_the_last_bit_in_every_batch(int rows)
    {
        const int Inputs = 150;
        byte[] model = ProductRun.Fitted(new RandomFloats(_random, Inputs, 70));
        float[] activations = _run.Activations(rows, Inputs);
        float[] together = _run.Of(model, activations, rows)[0];
        foreach (int row in new[] { 0, 5, 6, rows - 1 })
        {
            float[] alone = _run.Of(model, activations[(row * Inputs)..((row + 1) * Inputs)], 1)[0];
            Assert.Equal(alone, together[(row * 70)..((row + 1) * 70)]);
        }
    }

    [VectorFact]
    public void Products_of_the_same_activations_become_one_operator_but_not_with_those_of_4_bits()
    {
        RandomProduct[] products = [new RandomFloats(_random, 96, 64), new QuantizedProduct(_random, 96, 20), new RandomFloats(_random, 96, 130)];
        OnnxGraph graph = OnnxGraph.Read(RandomProduct.Model(products));
        Assert.True(FitGraph.UsePackedMatMul(graph, floats: true));
        Assert.Equal(["FloatMatMul2", "BlockMatMul1"], graph.Nodes.Select(node => node.Type));
        float[] activations = _run.Activations(3, 96);
        float[][] joined = _run.Of(graph.ToBytes(), activations, 3);
        for (int i = 0; i < products.Length; i++) Assert.Equal(_run.Of(ProductRun.Fitted(products[i]), activations, 3)[0], joined[i]);
    }

    [VectorFact]
    public void Infinity_stays_in_its_row()
    {
        byte[] model = ProductRun.Fitted(new RandomFloats(_random, 8, 70));
        float[] activations = _run.Activations(7, 8);
        float[] finite = _run.Of(model, activations, 7)[0];
        activations[8] = float.PositiveInfinity;
        float[] results = _run.Of(model, activations, 7)[0];
        Assert.Equal(finite[..70], results[..70]);
        Assert.DoesNotContain(results[70..140], float.IsFinite);
        Assert.Equal(finite[140..], results[140..]);
    }

    [Theory]
    [InlineData(8, 63)]
    [InlineData(8, 8, 8)]
    [InlineData(64)]
    public void Product_of_another_kind_is_left_to_ONNX_Runtime(params int[] shape)
    {
        RandomFloats product = new(_random, shape[0], 8) { Shape = [.. shape.Select(length => (long)length)] };
        Assert.False(FitGraph.UsePackedMatMul(OnnxGraph.Read(RandomProduct.Model(product)), floats: true));
    }

    [Fact]
    public void Product_of_an_encoder_is_left_to_ONNX_Runtime() =>
        Assert.False(FitGraph.UsePackedMatMul(OnnxGraph.Read(RandomProduct.Model(new RandomFloats(_random, 8, 64))), floats: false));

    [VectorFact]
    public void Shape_that_is_not_that_of_the_weights_is_refused()
    {
        byte[] model = ProductRun.Fitted(new RandomFloats(_random, 8, 64) { Shape = [8, 4096] });
        Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(model, _run.Options));
    }
}
