namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>Names and their values; a loop's body sees the names around it and keeps its own to itself.</summary>
internal sealed class Scope(Scope? outer, IReadOnlyDictionary<string, object?>? values = null)
{
    private readonly Dictionary<string, object?> _values = values is null ? [] : new(values);

    public object? this[string name]
    {
        get => _values.TryGetValue(name, out object? value) ? value : outer is null ? Undefined.Value : outer[name];
        set => _values[name] = value;
    }
}

/// <summary>What a name that was never set stands for.</summary>
internal sealed class Undefined
{
    public static readonly Undefined Value = new();

    private Undefined()
    {
    }

    public override string ToString() => "";
}
