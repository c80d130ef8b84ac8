using LlmOps.Inference.Models.Kernels;

namespace LlmOps.Inference.Models.Graphs;

/// <summary>Exchanges operators of a graph for faster ones of the same meaning.</summary>
internal static class FitGraph
{
    /// <summary>Exchanges MatMulNBits and MatMul for <see cref="PackedMatMul"/>; products of the same activations become one operator.</summary>
    /// <param name="graph">The graph that is changed.</param>
    /// <param name="floats">Whether products of 32-bit floats are exchanged as well as those of 4 bits.</param>
    /// <returns>Whether anything was exchanged.</returns>
    public static bool UsePackedMatMul(OnnxGraph graph, bool floats)
    {
        Product[][] products = [.. graph.Nodes.Select(node => BlockProduct(graph, node) ?? (floats ? FloatProduct(graph, node) : null)).OfType<Product>()
            .GroupBy(product => (product.Node.Inputs[0], product.Inputs, product.Floats))
            .SelectMany(same => same.Chunk(PackedMatMul.Most))];
        foreach (Product[] same in products)
        {
            graph.Nodes[graph.Nodes.IndexOf(same[0].Node)] = Join(same);
            foreach (Product other in same[1..]) graph.Nodes.Remove(other.Node);
        }
        if (products.Length > 0) graph.Use(PackedMatMul.Domain);
        return products.Length > 0;
    }

    private static GraphNode Join(Product[] products)
    {
        GraphNode joined = new()
        {
            Domain = PackedMatMul.Domain,
            Type = PackedMatMul.Name(products[0].Floats, products.Length),
            Inputs = [products[0].Node.Inputs[0], .. products.SelectMany(product => product.Node.Inputs.Skip(1))],
            Outputs = [.. products.SelectMany(product => product.Node.Outputs)],
        };
        joined.Set("K", products[0].Inputs);
        for (int i = 0; i < products.Length; i++) joined.Set(PackedMatMul.OutputsOf(i), products[i].Outputs);
        return joined;
    }

    // Symmetric 4-bit weights in blocks of 32 whose activations may be rounded to 8 bits. Fewer outputs than a tile has would be
    // packed into many times the memory of the file.
    private static Product? BlockProduct(OnnxGraph graph, GraphNode node) =>
        node is { Type: "MatMulNBits", Domain: "com.microsoft", Inputs: [{ Length: > 0 }, _, _], Outputs: [{ Length: > 0 }] }
        && (node.Integer("bits") ?? 4) == 4
        && node.Integer("block_size") == BlockWeights.Block
        && node.Integer("accuracy_level") == 4
        && node.Integer("K") is { } inputs && inputs > 0 && inputs % BlockWeights.Block == 0
        && node.Integer("N") is { } outputs && outputs >= BlockWeights.Lanes
        && graph.Weight(node.Inputs[1]) is { Type: WeightHeader.Byte }
        && graph.Weight(node.Inputs[2]) is { Type: WeightHeader.Float }
            ? new Product(node, inputs, outputs, Floats: false)
            : null;

    private static Product? FloatProduct(OnnxGraph graph, GraphNode node) =>
        node is { Type: "MatMul", Domain: "" or "ai.onnx", Inputs: [{ Length: > 0 }, _], Outputs: [{ Length: > 0 }] }
        && graph.Weight(node.Inputs[1]) is { Type: WeightHeader.Float, Shape: [> 0 and var inputs, >= FloatWeights.Lanes and var outputs] }
            ? new Product(node, inputs, outputs, Floats: true)
            : null;

    private sealed record Product(GraphNode Node, long Inputs, long Outputs, bool Floats);
}
