namespace LlmOps.Inference.Models.Graphs;

/// <summary>
/// Lets a graph compute the logits of some positions only. Most of a prompt's are never looked at, and for a large vocabulary
/// they cost as much as a third of the prompt.
/// </summary>
internal static class KeepRows
{
    /// <summary>Input of the positions in the run whose logits are wanted.</summary>
    public const string Input = "llmops.kept_rows";

    private const string Kept = "llmops.kept";

    // Exports need two or three; a file may go round in circles.
    private const int MostSteps = 16;

    // What exports do to logits after the head: nothing that looks at another position.
    private static readonly HashSet<string> s_harmless = new(["Identity", "Cast", "Mul", "Div", "Tanh"], StringComparer.Ordinal);

    /// <summary>Puts a choice of rows before the product that makes the logits.</summary>
    /// <param name="graph">The graph to change.</param>
    /// <param name="logits">Name of the output of shape [batch, positions, vocabulary].</param>
    /// <returns>Whether there is such a product; the graph is unchanged otherwise.</returns>
    public static bool Of(OnnxGraph graph, string logits)
    {
        Dictionary<string, GraphNode> makers = MakersOf(graph);
        GraphNode? head = makers.GetValueOrDefault(logits);
        for (int steps = 0; steps < MostSteps && head is not null && s_harmless.Contains(head.Type); steps++)
        {
            head = Computed(graph, head) is { } input ? makers.GetValueOrDefault(input) : null;
        }
        if (head is not { Type: "MatMul" or "MatMulNBits", Inputs.Count: >= 2 } || !IsWeight(graph, makers, head.Inputs[1], MostSteps)) return false;

        GraphNode gather = new() { Type = "Gather", Inputs = [head.Inputs[0], Input], Outputs = [Kept] };
        gather.Set("axis", 1);
        graph.Nodes.Insert(graph.Nodes.IndexOf(head), gather);
        head.Inputs[0] = Kept;
        graph.AddIndices(Input);
        return true;
    }

    /// <summary>The places of the last rows of a run.</summary>
    public static long[] Last(int rows, int count)
    {
        long[] places = new long[rows];
        for (int i = 0; i < rows; i++) places[i] = count - rows + i;
        return places;
    }

    // What two operators make, ONNX Runtime refuses.
    private static Dictionary<string, GraphNode> MakersOf(OnnxGraph graph)
    {
        Dictionary<string, GraphNode> makers = new(StringComparer.Ordinal);
        foreach (GraphNode node in graph.Nodes)
        {
            foreach (string output in node.Outputs.Where(output => output.Length > 0)) makers[output] = node;
        }
        return makers;
    }

    // The one input that is not a number of the model's; null where there are more.
    private static string? Computed(OnnxGraph graph, GraphNode node)
    {
        string[] inputs = [.. node.Inputs.Where(input => graph.Weight(input) is null && !IsConstant(graph, input))];
        return inputs.Length == 1 ? inputs[0] : null;
    }

    private static bool IsConstant(OnnxGraph graph, string name) => graph.Nodes.Exists(node => node.Type == "Constant" && node.Outputs.Contains(name));

    // Tied embeddings are turned over first.
    private static bool IsWeight(OnnxGraph graph, Dictionary<string, GraphNode> makers, string name, int steps) =>
        graph.Weight(name) is not null
        || (steps > 0
            && makers.GetValueOrDefault(name) is { Type: "Transpose" or "DequantizeLinear" or "Cast", Inputs: [string from, ..] }
            && IsWeight(graph, makers, from, steps - 1));
}
