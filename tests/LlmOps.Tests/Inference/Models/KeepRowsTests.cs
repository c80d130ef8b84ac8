using LlmOps.Inference.Models.Graphs;

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
    [InlineData(1, 5, new long[] { 4 })]
    [InlineData(3, 3, new long[] { 0, 1, 2 })]
    [InlineData(2, 7, new long[] { 5, 6 })]
    public void Last_rows_are_counted_from_the_end(int rows, int count, long[] places) => Assert.Equal(places, KeepRows.Last(rows, count));
}
