namespace LlmOps.Inference.Tokenization.Templates.Values;

internal enum SequenceKind
{
    List,
    Tuple,
    Range,

    /// <summary>The keys, values or items of a mapping: can be walked and counted, but not indexed.</summary>
    View,
}

/// <summary>Values in an order; never changes, as templates run in Jinja's immutable sandbox.</summary>
internal sealed record Sequence(IReadOnlyList<object?> Items, SequenceKind Kind = SequenceKind.List)
{
    public static Sequence Tuple(params object?[] items) => new(items, SequenceKind.Tuple);

    public long Weight { get; } = Values.Weight.OfAll(Items);

    public bool IsIndexed => Kind != SequenceKind.View;
}

/// <summary>What select, map and their like give in Jinja: items that can be walked once.</summary>
internal sealed class LazyItems(IReadOnlyList<object?> items)
{
    private IReadOnlyList<object?> _items = items;

    public IReadOnlyList<object?> Take() => Interlocked.Exchange(ref _items, []);
}
