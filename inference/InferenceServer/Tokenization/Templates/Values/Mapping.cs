namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Keys and their values in the order of their writing; never changes.</summary>
internal sealed class Mapping
{
    private readonly OrderedDictionary<object, object?> _entries = new(KeyEquality.Instance);

    public Mapping(IEnumerable<KeyValuePair<object?, object?>> entries)
    {
        foreach ((object? key, object? value) in entries) _entries[Key(key)] = value;
        Weight = WeightOfAll();
    }

    public Mapping(IEnumerable<KeyValuePair<string, object?>> entries)
    {
        foreach ((string key, object? value) in entries) _entries[key] = value;
        Weight = WeightOfAll();
    }

    public long Weight { get; }

    public int Count => _entries.Count;

    public IReadOnlyList<object?> Keys => [.. _entries.Keys];

    public IEnumerable<KeyValuePair<object, object?>> Entries => _entries;

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        return key is not null and not Undefined && _entries.TryGetValue(Key(key), out value);
    }

    public bool Has(object? key) => TryGet(key, out _);

    private long WeightOfAll() => Values.Weight.OfAll(_entries.Keys.Concat(_entries.Values));

    private static object Key(object? key) => key switch
    {
        string or bool or long or double => key,
        Sequence { Kind: SequenceKind.Tuple } => key,
        _ => throw new TemplateException($"{Describe.Kind(key)} cannot be the key of a mapping"),
    };

    private sealed class KeyEquality : IEqualityComparer<object>
    {
        public static readonly KeyEquality Instance = new();

        public new bool Equals(object? x, object? y) => Equality.Same(x, y);

        public int GetHashCode(object obj) => obj switch
        {
            string text => text.GetHashCode(StringComparison.Ordinal),
            Sequence tuple => tuple.Items.Count,
            bool flag => flag ? 1.0.GetHashCode() : 0.0.GetHashCode(),
            long number => ((double)number).GetHashCode(),
            _ => obj.GetHashCode(),
        };
    }
}

/// <summary>What a template may write to from within a loop: <c>namespace()</c>.</summary>
internal sealed class Namespace(IEnumerable<KeyValuePair<string, object?>> values)
{
    public Dictionary<string, object?> Values { get; } = new(values);
}
