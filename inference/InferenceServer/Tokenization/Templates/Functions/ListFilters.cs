using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>Filters upon lists as a whole.</summary>
internal static class ListFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["list"] = (value, arguments) => new Sequence(Walk(value, arguments)),
        ["first"] = (value, arguments) => Walk(value, arguments) is [var first, ..] ? first : new Undefined("an empty list has no first item"),
        ["last"] = (value, arguments) => Walk(value, arguments) is [.., var last] ? last : new Undefined("an empty list has no last item"),
        ["reverse"] = Reverse,
        ["join"] = Join,
        ["items"] = MappingItems,
        ["batch"] = Batch,
        ["sum"] = Sum,
    };

    /// <summary>The items of a value, counted as work.</summary>
    public static IReadOnlyList<object?> Walk(object? value, Arguments arguments)
    {
        IReadOnlyList<object?> items = Items.Of(value);
        arguments.Rendering.Step(items.Count);
        arguments.Rendering.Allocate(items.Count);
        return items;
    }

    private static object? Reverse(object? value, Arguments arguments)
    {
        IReadOnlyList<object?> reversed = [.. Walk(value, arguments).Reverse()];
        return value is string ? string.Concat(reversed) : new LazyItems(reversed);
    }

    private static string Join(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("d", "attribute");
        IEnumerable<object?> items = Walk(value, arguments);
        if (given.Value(1) is { } path) items = items.Select(item => Items.AtPath(item, path));
        string separator = Print.Text(given.Value(0, ""));
        List<string> texts = [.. items.Select(Print.Text)];
        arguments.Rendering.Allocate(texts.Sum(text => (double)text.Length + separator.Length));
        return string.Join(separator, texts);
    }

    private static LazyItems MappingItems(object? value, Arguments arguments) => value switch
    {
        Undefined => new LazyItems([]),
        Mapping mapping => new LazyItems([.. Walk(MappingMethods.Items(mapping), arguments)]),
        _ => throw new TemplateException($"items of {Describe.Kind(value)}"),
    };

    private static LazyItems Batch(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("linecount", "fill_with");
        int size = (int)Math.Clamp(given.Whole(0, 0), 1, 1_000_000);
        return new LazyItems([.. Walk(value, arguments).Chunk(size).Select(chunk =>
        {
            IEnumerable<object?> fill = given.Value(1) is { } with ? Enumerable.Repeat<object?>(with, size - chunk.Length) : [];
            arguments.Rendering.Allocate(size);
            return (object?)new Sequence([.. chunk, .. fill]);
        })]);
    }

    private static object? Sum(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("attribute", "start");
        IEnumerable<object?> items = Walk(value, arguments);
        if (given.Value(0) is { } path) items = items.Select(item => Items.AtPath(item, path));
        return items.Aggregate(given.Value(1, 0L), (sum, item) => Arithmetic.Apply("+", sum, item, arguments.Rendering));
    }
}
