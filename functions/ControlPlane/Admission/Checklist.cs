namespace LlmOps.Admission;

/// <summary>The rules in the order in which they are told, and what was found under each.</summary>
internal sealed class Checklist
{
    public const string Files = "files";
    public const string Digests = "digests";
    public const string Json = "configuration";
    public const string Onnx = "model";
    public const string Signature = "signature";

    private static readonly string[] Rules = [Files, Digests, Json, Onnx, Signature];

    private readonly Dictionary<string, FaultList> faults = Rules.ToDictionary(rule => rule, _ => new FaultList());
    private readonly Dictionary<string, string> seen = [];

    public FaultList Of(string rule) => faults[rule];

    /// <summary>Says what was looked at under a rule.</summary>
    public void See(string rule, string what) => seen[rule] = what;

    public IReadOnlyList<AdmissionCheck> Checks() =>
        [.. Rules.Select(rule => new AdmissionCheck(rule, seen.GetValueOrDefault(rule), faults[rule].Kept, faults[rule].Count))];
}
