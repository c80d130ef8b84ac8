using LlmOps.Ports;

namespace LlmOps.Admission.Onnx;

/// <summary>Which operators a model may use: those that the server has itself, so that no file brings code of its own.</summary>
internal sealed class OperatorRules(AdmissionOptions options)
{
    private static readonly string[] Known = ["", "ai.onnx", "ai.onnx.ml", "com.microsoft"];

    private readonly HashSet<string> admitted = [.. Known, .. options.OperatorDomains];

    /// <summary>What is wrong with an operator or, without its name, with a domain; and what to do. Null when nothing is.</summary>
    public (string What, string Do)? Problem(string domain, string? name)
    {
        if (!admitted.Contains(domain))
        {
            return ($"the operator domain '{PlainText.OneLine(domain, 60)}'",
                $"export the model with operators of {string.Join(", ", admitted.Select(known => known.Length == 0 ? "ONNX" : known))} only, or add the domain to Admission:OperatorDomains");
        }
        // Its attribute is a compiled engine, or the path of a file with one.
        return domain == "com.microsoft" && name == "EPContext"
            ? ("the operator com.microsoft.EPContext, which carries compiled code", "upload the model itself; the server compiles it")
            : null;
    }
}
