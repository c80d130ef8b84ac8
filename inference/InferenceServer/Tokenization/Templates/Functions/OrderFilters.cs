using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>Filters that put items in order or tell them apart; letters' case does not count unless asked for.</summary>
internal static class OrderFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["sort"] = Sort,
        ["unique"] = Unique,
        ["dictsort"] = DictSort,
        ["groupby"] = GroupBy,
        ["min"] = (value, arguments) => Extreme(value, arguments, reverse: false),
        ["max"] = (value, arguments) => Extreme(value, arguments, reverse: true),
    };

    private static Sequence Sort(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("reverse", "case_sensitive", "attribute");
        return new Sequence(Ordered(ListFilters.Walk(value, arguments), Key(given.Value(2), given.Flag(1)), given.Flag(0), arguments));
    }

    private static LazyItems Unique(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("case_sensitive", "attribute");
        Func<object?, object?> key = Key(given.Value(1), given.Flag(0));
        List<object?> seen = [];
        List<object?> unique = [];
        foreach (object? item in ListFilters.Walk(value, arguments))
        {
            object? itsKey = key(item);
            arguments.Rendering.Step(seen.Count);
            if (seen.Any(one => Equality.Same(one, itsKey))) continue;
            seen.Add(itsKey);
            unique.Add(item);
        }
        return new LazyItems(unique);
    }

    private static Sequence DictSort(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("case_sensitive", "by", "reverse");
        long at = given.Text(1, "key") switch { "key" => 0, "value" => 1, _ => throw new TemplateException("dictsort goes by key or value") };
        if (value is not Mapping mapping) throw new TemplateException($"dictsort of {Describe.Kind(value)}");
        return new Sequence(Ordered(ListFilters.Walk(MappingMethods.Items(mapping), arguments), Key(at, given.Flag(0)), given.Flag(2), arguments));
    }

    private static Sequence GroupBy(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("attribute", "default", "case_sensitive");
        object? path = given.Needed(0);
        object? Grouping(object? item) => Items.AtPath(item, path) is var found && found is Undefined && given.Has(1) ? given.Value(1) : found;
        Func<object?, object?> fold = Key(null, given.Flag(2));
        List<(object? Key, List<object?> Members)> groups = [];
        foreach (object? item in Ordered(ListFilters.Walk(value, arguments), one => fold(Grouping(one)), reverse: false, arguments))
        {
            object? group = Grouping(item);
            if (groups.Count == 0 || !Equality.Same(fold(groups[^1].Key), fold(group))) groups.Add((group, []));
            groups[^1].Members.Add(item);
        }
        return new Sequence([.. groups.Select(group => Sequence.Tuple(group.Key, new Sequence(group.Members)))]);
    }

    private static object? Extreme(object? value, Arguments arguments, bool reverse)
    {
        Bound given = arguments.Bind("case_sensitive", "attribute");
        IReadOnlyList<object?> ordered = Ordered(ListFilters.Walk(value, arguments), Key(given.Value(1), given.Flag(0)), reverse, arguments);
        return ordered is [var first, ..] ? first : new Undefined("an empty list has no smallest or largest item");
    }

    private static Func<object?, object?> Key(object? path, bool caseSensitive) => item =>
    {
        object? key = path is null ? item : Items.AtPath(item, path);
        return key is string text && !caseSensitive ? PythonText.Lower(text) : key;
    };

    private static IReadOnlyList<object?> Ordered(IReadOnlyList<object?> items, Func<object?, object?> key, bool reverse, Arguments arguments)
    {
        Comparer<object?> order = Comparer<object?>.Create((a, b) =>
        {
            arguments.Rendering.Step();
            return Equality.Compare(a, b);
        });
        try
        {
            return [.. reverse ? items.OrderByDescending(key, order) : items.OrderBy(key, order)];
        }
        catch (InvalidOperationException e) when (e.InnerException is TemplateException inner)
        {
            throw inner;
        }
    }
}
