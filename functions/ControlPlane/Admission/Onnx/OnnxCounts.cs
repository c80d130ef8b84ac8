namespace LlmOps.Admission.Onnx;

/// <summary>Counts what a model consists of, against the caps, and notes what a model must have.</summary>
internal sealed class OnnxCounts(AdmissionOptions options)
{
    private const int OldestIr = 3;

    private readonly int[] counted = new int[Enum.GetValues<OnnxMessage>().Length];
    private int subGraphs;
    private int topGraphs;
    private long irVersion;

    /// <summary>Counts a message; says which cap it passes, or null.</summary>
    public string? Count(OnnxMessage message, bool isSubGraph)
    {
        int number = message == OnnxMessage.Graph
            ? isSubGraph ? ++subGraphs : ++topGraphs
            : ++counted[(int)message];
        (int cap, string what) = message switch
        {
            OnnxMessage.Node => (options.MaxNodes, "nodes"),
            OnnxMessage.Attribute => (options.MaxAttributes, "attributes"),
            OnnxMessage.Tensor => (options.MaxTensors, "tensors"),
            OnnxMessage.Function => (options.MaxFunctions, "functions"),
            OnnxMessage.Graph when isSubGraph => (options.MaxSubGraphs, "sub-graphs"),
            _ => (int.MaxValue, ""),
        };
        return number > cap ? $"has more than {cap:N0} {what}" : null;
    }

    public void Note(OnnxMessage message, OnnxField field, long value)
    {
        if (message == OnnxMessage.Model && field.Name == "ir_version")
        {
            irVersion = value;
        }
    }

    /// <summary>What a model must have and this one has not.</summary>
    public IEnumerable<string> Missing()
    {
        if (irVersion is < OldestIr or > OnnxSchema.NewestIr)
        {
            yield return $"has the IR version {irVersion}, not {OldestIr} to {OnnxSchema.NewestIr}";
        }
        if (topGraphs != 1)
        {
            yield return "has no graph";
        }
        if (counted[(int)OnnxMessage.OperatorSet] == 0)
        {
            yield return "names no operator set";
        }
    }
}
