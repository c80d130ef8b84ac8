using LlmOps.Inference.Models.Graphs;
using LlmOps.Inference.Models.Kernels;
using Microsoft.ML.OnnxRuntime;

namespace LlmOps.Tests.Inference.Models.Kernels;

/// <summary>Our operator against MatMulNBits of ONNX Runtime and against the same sums in 64-bit floats.</summary>
public sealed class BlockMatMulTests : IDisposable
{
    private const int Inputs = 96;
    private readonly Random _random = new(7);
    private readonly ProductRun _run = new();

    public void Dispose() => _run.Dispose();

    [VectorTheory]
    [InlineData(1, 16, false)]
    [InlineData(1, 37, true)]
    [InlineData(4, 48, true)]
    [InlineData(7, 33, false)]
    [InlineData(50, 4096, true)]
    public void Product_is_that_of_MatMulNBits_within_the_rounding_of_the_activations(int rows, int outputs, bool halfScales)
    {
        QuantizedProduct product = new(_random, Inputs, outputs, halfScales);
        float[] activations = _run.Activations(rows, Inputs);
        float[][] ours = _run.Of(ProductRun.Fitted(product), activations, rows);
        float[][] theirs = _run.Of(RandomProduct.Model(product), activations, rows);
        double[] exact = product.Multiply(activations, rows);
        double tolerance = exact.Max(Math.Abs) * 0.01;
        Assert.All(exact.Zip(ours[0]), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.All(theirs[0].Zip(ours[0]), pair => Assert.Equal(pair.First, pair.Second, (float)tolerance));
    }

    [VectorFact]
    public void Row_is_the_same_to_the_last_bit_in_every_batch()
    {
        QuantizedProduct product = new(_random, Inputs, 70);
        byte[] model = ProductRun.Fitted(product);
        float[] activations = _run.Activations(11, Inputs);
        float[] together = _run.Of(model, activations, 11)[0];
        for (int row = 0; row < 11; row++)
        {
            float[] alone = _run.Of(model, activations[(row * Inputs)..((row + 1) * Inputs)], 1)[0];
            Assert.Equal(alone, together[(row * 70)..((row + 1) * 70)]);
        }
    }

    [VectorTheory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Products_of_the_same_activations_become_one_operator_with_the_same_results(int count)
    {
        QuantizedProduct[] products = [.. Enumerable.Range(0, count).Select(i => new QuantizedProduct(_random, Inputs, 20 + (i * 30)))];
        float[] activations = _run.Activations(5, Inputs);
        OnnxGraph graph = OnnxGraph.Read(RandomProduct.Model(products));
        Assert.True(FitGraph.UsePackedMatMul(graph, floats: true));
        Assert.Equal(count <= 3 ? 1 : 2, graph.Nodes.Count);
        float[][] joined = _run.Of(graph.ToBytes(), activations, 5);
        for (int i = 0; i < count; i++) Assert.Equal(_run.Of(ProductRun.Fitted(products[i]), activations, 5)[0], joined[i]);
    }

    [Theory]
    [InlineData(1f, true)]
    [InlineData(-0.375f, true)]
    [InlineData(0f, true)]
    [InlineData(65504f, true)]
    [InlineData(65536f, false)]
    [InlineData(0.1f, false)]
    [InlineData(1e-6f, false)]
    public void Scales_are_kept_in_16_bits_where_that_loses_nothing(float scale, bool half) =>
        Assert.Equal(half, BlockWeights.AreHalves([1, scale, 2]));

    [VectorTheory]
    [InlineData((byte)0x00, 1f)]
    [InlineData((byte)0x00, -1f)]
    [InlineData((byte)0xFF, 1f)]
    [InlineData((byte)0xFF, -1f)]
    public void Largest_sums_that_there_are_do_not_overflow(byte weights, float activation)
    {
        QuantizedProduct product = new(_random, Inputs, 16);
        product.Fill(weights);
        float[] activations = [.. Enumerable.Repeat(activation, 5 * Inputs)];
        double[] exact = product.Multiply(activations, 5);
        Assert.All(exact.Zip(_run.Of(ProductRun.Fitted(product), activations, 5)[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
    }

    [Theory]
    [InlineData(0, 1L << 33)]
    [InlineData((1 << 25) - 1, (1L << 33) + (((1L << 25) - 1) * 64))]
    public void Places_in_very_long_rows_are_counted_in_64_bits(int block, long place) =>
        Assert.Equal(place, BlockWeights.ScalesOf(1 << 30, block, WeightFormat.Blocks));

    [VectorFact]
    public void Activations_of_zero_give_zero()
    {
        Assert.All(_run.Of(ProductRun.Fitted(new QuantizedProduct(_random, Inputs, 16)), new float[Inputs], 1)[0], value => Assert.Equal(0, value));
    }

    [VectorTheory]
    [InlineData("N", 4096)]
    [InlineData("N", 17)]
    [InlineData("K", 1024)]
    public void Sizes_that_are_not_those_of_the_weights_are_refused(string attribute, long value)
    {
        byte[] model = ProductRun.Fitted(new QuantizedProduct(_random, Inputs, 16) { Attributes = { [attribute] = value } });
        OnnxRuntimeException error = Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(model, _run.Options));
        Assert.Contains("the weights are not those of", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bits", 8)]
    [InlineData("block_size", 64)]
    [InlineData("accuracy_level", 0)]
    [InlineData("N", 15)]
    [InlineData("K", 0)]
    public void Product_of_another_kind_is_left_to_ONNX_Runtime(string attribute, long value)
    {
        QuantizedProduct product = new(_random, Inputs, 16) { Attributes = { [attribute] = value } };
        Assert.False(FitGraph.UsePackedMatMul(OnnxGraph.Read(RandomProduct.Model(product)), floats: true));
    }

    [Fact]
    public void Product_without_activations_or_a_result_is_left_to_ONNX_Runtime()
    {
        OnnxGraph graph = OnnxGraph.Read(RandomProduct.Model(new QuantizedProduct(_random, Inputs, 16), new QuantizedProduct(_random, Inputs, 16)));
        graph.Nodes[0].Inputs[0] = "";
        graph.Nodes[1].Outputs[0] = "";
        Assert.False(FitGraph.UsePackedMatMul(graph, floats: true));
    }

    [Fact]
    public void Graph_that_nobody_changed_is_written_with_all_its_fields()
    {
        byte[] model = File.ReadAllBytes(Path.Combine(Samples.Folder("1.1.0"), "model.onnx"));
        byte[] written = OnnxGraph.Read(model).ToBytes();
        Assert.Equal(OnnxGraph.Read(model).Nodes.Count, OnnxGraph.Read(written).Nodes.Count);
        using InferenceSession before = new(model, _run.Options);
        using InferenceSession after = new(written, _run.Options);
        Assert.Equal(before.InputMetadata.Keys, after.InputMetadata.Keys);
        Assert.Equal(before.OutputMetadata.Keys, after.OutputMetadata.Keys);
    }
}
