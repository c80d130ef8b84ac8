using LlmOps.Inference.Models.Kernels;

namespace LlmOps.Inference.Models.Graphs;

/// <summary>Exchanges operators of a graph for faster ones of the same meaning.</summary>
internal static class FitGraph
{
    /// <summary>Exchanges MatMulNBits for <see cref="BlockMatMul"/>; products of the same activations become one operator.</summary>
    /// <returns>Whether anything was exchanged.</returns>
    public static bool UseBlockMatMul(OnnxGraph graph)
    {
        GraphNode[][] products = [.. graph.Nodes.Where(node => IsBlockProduct(graph, node))
            .GroupBy(node => (node.Inputs[0], node.Integer("K")))
            .SelectMany(same => same.Chunk(BlockMatMul.Most))];
        foreach (GraphNode[] same in products)
        {
            graph.Nodes[graph.Nodes.IndexOf(same[0])] = Join(same);
            foreach (GraphNode other in same[1..]) graph.Nodes.Remove(other);
        }
        if (products.Length > 0) graph.Use(BlockMatMul.Domain);
        return products.Length > 0;
    }

    private static GraphNode Join(GraphNode[] products)
    {
        GraphNode joined = new()
        {
            Domain = BlockMatMul.Domain,
            Type = BlockMatMul.Name(products.Length),
            Inputs = [products[0].Inputs[0], .. products.SelectMany(product => product.Inputs.Skip(1))],
            Outputs = [.. products.SelectMany(product => product.Outputs)],
        };
        joined.Set("K", products[0].Integer("K")!.Value);
        for (int i = 0; i < products.Length; i++) joined.Set(BlockMatMul.OutputsOf(i), products[i].Integer("N")!.Value);
        return joined;
    }

    // Symmetric 4-bit weights in blocks of 32 whose activations may be rounded to 8 bits. Fewer outputs than a tile has would be
    // packed into many times the memory of the file.
    private static bool IsBlockProduct(OnnxGraph graph, GraphNode node) =>
        node is { Type: "MatMulNBits", Domain: "com.microsoft", Inputs: [{ Length: > 0 }, _, _], Outputs: [{ Length: > 0 }] }
        && (node.Integer("bits") ?? 4) == 4
        && node.Integer("block_size") == PackedMatrix.Block
        && node.Integer("accuracy_level") == 4
        && node.Integer("K") is { } inputs && inputs > 0 && inputs % PackedMatrix.Block == 0
        && node.Integer("N") >= PackedMatrix.Lanes
        && graph.Weight(node.Inputs[1]) is { Type: WeightHeader.Byte }
        && graph.Weight(node.Inputs[2]) is { Type: WeightHeader.Float };
}
