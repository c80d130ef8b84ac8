namespace LlmOps.Admission.Onnx;

/// <summary>A message that is being walked through: where it began, and what was seen of it.</summary>
internal sealed class OnnxScope(OnnxMessage message, long at)
{
    private Dictionary<string, string>? names;

    public OnnxMessage Message { get; } = message;

    /// <summary>The position of its first byte.</summary>
    public long At { get; } = at;

    /// <summary>A tensor's external data.</summary>
    public ExternalReference? External { get; set; }

    /// <summary>Whether a tensor says that its data lie outside.</summary>
    public bool IsExternal { get; set; }

    /// <summary>What the nodes of a function call.</summary>
    public List<UInt128> Calls { get; } = [];

    public string this[string field]
    {
        get => names?.GetValueOrDefault(field) ?? "";
        set => (names ??= new(StringComparer.Ordinal))[field] = value;
    }
}
