namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>What a loop's body knows as <c>loop</c>.</summary>
internal sealed class LoopState(IReadOnlyList<object?> items)
{
    private object? _changed;
    private bool _hasChanged;

    public int Index { get; set; }

    public bool TryGet(string name, out object? value)
    {
        value = name switch
        {
            "index" => Index + 1L,
            "index0" => (long)Index,
            "revindex" => (long)(items.Count - Index),
            "revindex0" => items.Count - Index - 1L,
            "first" => Index == 0,
            "last" => Index == items.Count - 1,
            "length" => (long)items.Count,
            "depth" => 1L,
            "depth0" => 0L,
            "previtem" => Index > 0 ? items[Index - 1] : new Undefined("there is no previous item"),
            "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new Undefined("there is no next item"),
            _ => this,
        };
        return !ReferenceEquals(value, this);
    }

    public Callable? FindMethod(string name) => name switch
    {
        "cycle" => new Callable(name, arguments => arguments.Given.Count > 0 ? arguments.Given[Index % arguments.Given.Count] : throw new TemplateException("cycle() of nothing")),
        "changed" => new Callable(name, arguments => HasChanged(Sequence.Tuple([.. arguments.Given]))),
        _ => null,
    };

    private bool HasChanged(object? value)
    {
        bool changed = !_hasChanged || !Equality.Same(_changed, value);
        (_changed, _hasChanged) = (value, true);
        return changed;
    }
}
