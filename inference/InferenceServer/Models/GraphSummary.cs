namespace LlmOps.Inference.Models;

/// <summary>
/// What a model file is made of: the types of its graph's operators and the names of its inputs, each once; and, graphs within nodes and
/// functions included, the domains that operators come from and the files that tensors lie in.
/// </summary>
internal sealed record GraphSummary(
    IReadOnlySet<string> Operators, IReadOnlySet<string> Inputs, IReadOnlySet<string> AllOperators, IReadOnlyList<ExternalTensor> External)
{
    /// <exception cref="RefusedModelException">The file is not such a message.</exception>
    public static GraphSummary Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using BinaryReader reader = new(file);
        GraphWalk walk = new(reader);
        try
        {
            walk.Model(file.Length);
        }
        catch (Exception e) when (e is FormatException or EndOfStreamException)
        {
            throw new RefusedModelException($"{Path.GetFileName(path)}: not an ONNX model ({e.Message})");
        }
        return new GraphSummary(walk.Operators, walk.Inputs, walk.AllOperators, [.. walk.External]);
    }
}

/// <summary>Where a tensor says that its bytes lie: keys and values, as they stand there.</summary>
internal sealed record ExternalTensor(IReadOnlyList<(string Key, string Value)> Entries);
