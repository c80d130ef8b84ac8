using LlmOps.Inference.Tokenization.Templates.Functions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>Names and their values; a loop's body sees the names around it and keeps its own to itself.</summary>
internal sealed class Scope(Scope? outer, Rendering rendering)
{
    private readonly Dictionary<string, object?> _values = [];

    public Rendering Rendering => rendering;

    public object? this[string name]
    {
        get
        {
            for (Scope? scope = this; scope is not null; scope = scope.Outer)
            {
                if (scope._values.TryGetValue(name, out object? value)) return value;
            }
            return Globals.Find(name) is { } global ? global : new Undefined($"'{name}' is undefined");
        }
        set => _values[name] = value;
    }

    private Scope? Outer => outer;

    public Scope Inner() => new(this, rendering);
}
