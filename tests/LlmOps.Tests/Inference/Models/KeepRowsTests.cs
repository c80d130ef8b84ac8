using LlmOps.Inference.Models.Graphs;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Inference.Models;

public sealed class KeepRowsTests
{
    private static OnnxGraph Sample => OnnxGraph.Read(File.ReadAllBytes(Path.Combine(Samples.Folder("1.1.0"), "model.onnx")));

    [Theory]
    [InlineData("samples/models/tiny-ops/1.1.0/model.onnx")]
    [InlineData("tests/LlmOps.Tests/Inference/Models/optimum/onnx/model.onnx")]
    public void Sample_model_computes_the_logits_that_are_wanted(string file)
    {
        OnnxGraph graph = OnnxGraph.Read(File.ReadAllBytes(Repository.At(file.Split('/'))));
        Assert.True(KeepRows.Of(graph, "logits"));
        Assert.Contains(graph.Nodes, node => node.Type == "Gather" && node.Inputs.Contains(KeepRows.Input));
    }

    [Fact]
    public void Output_that_is_no_product_is_left_alone()
    {
        OnnxGraph graph = Sample;
        int nodes = graph.Nodes.Count;
        Assert.False(KeepRows.Of(graph, "present.0.key"));
        Assert.False(KeepRows.Of(graph, "no such output"));
        Assert.Equal(nodes, graph.Nodes.Count);
    }

    [Theory]
    [InlineData("Transpose", "w", true)]
    [InlineData("Cast", "w", true)]
    [InlineData("Transpose", "x", false)]
    [InlineData("Relu", "w", false)]
    public void Product_with_a_weight_that_is_turned_over_first_is_found(string type, string from, bool found) => Assert.Equal(found, KeepRows.Of(
        Graph(Node("MatMul", "product", "hidden", "turned"), Node(type, "turned", from), Node("Identity", "logits", "product")), "logits"));

    [Fact]
    public void Graph_that_no_runtime_would_take_is_left_alone()
    {
        OnnxGraph[] graphs =
        [
            Graph(Node("Identity", "logits", "logits")),
            Graph(Node("Cast", "logits", "before"), Node("Cast", "before", "logits")),
            Graph(Node("MatMul", "logits", "hidden", "turned"), Node("Transpose", "turned", "turned")),
            Graph(Node("MatMul", "logits", "hidden", "turned"), Node("Transpose", "turned")),
            Graph(Node("MatMul", "logits", "hidden", "w"), Node("Relu", "logits", "hidden")),
        ];
        Assert.All(graphs, graph => Assert.False(KeepRows.Of(graph, "logits")));
    }

    [Theory]
    [InlineData(3UL, true)]
    [InlineData(8UL, false)]
    public void Weight_that_a_run_may_replace_is_none(ulong version, bool weight)
    {
        byte[] model = OnnxBytes.Join(OnnxBytes.Integer(1, version), OnnxBytes.Bytes(7, OnnxBytes.Tensor("w", [1]), OnnxBytes.Tensor("own", [1]), OnnxBytes.Bytes(11, OnnxBytes.Text(1, "w"))));
        Assert.Equal(weight, OnnxGraph.Read(model).Weight("w") is not null);
        Assert.NotNull(OnnxGraph.Read(model).Weight("own"));
    }

    [Fact]
    public void Attribute_whose_number_is_left_out_is_zero()
    {
        byte[] attribute = OnnxBytes.Join(OnnxBytes.Text(1, "accuracy_level"), OnnxBytes.Integer(20, 2));
        Assert.Equal(0, GraphNode.Read(OnnxBytes.Calls("MatMulNBits", "com.microsoft", attribute)).Integer("accuracy_level"));
    }

    [Theory]
    [InlineData(1, 5, new long[] { 4 })]
    [InlineData(3, 3, new long[] { 0, 1, 2 })]
    [InlineData(2, 7, new long[] { 5, 6 })]
    public void Last_rows_are_counted_from_the_end(int rows, int count, long[] places) => Assert.Equal(places, KeepRows.Last(rows, count));

    private static GraphNode Node(string type, string output, params string[] inputs) => new() { Type = type, Inputs = [.. inputs], Outputs = [output] };

    // Its one weight is w.
    private static OnnxGraph Graph(params GraphNode[] nodes)
    {
        OnnxGraph graph = OnnxGraph.Read(OnnxBytes.Model(OnnxBytes.Tensor("w", [1])));
        graph.Nodes.AddRange(nodes);
        return graph;
    }
}
