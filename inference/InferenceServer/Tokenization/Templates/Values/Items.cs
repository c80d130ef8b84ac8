using LlmOps.Inference.Tokenization.Templates.Functions;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Walks, counts and reaches into values.</summary>
internal static class Items
{
    /// <summary>What a loop over the value meets.</summary>
    /// <exception cref="TemplateException">It cannot be walked.</exception>
    public static IReadOnlyList<object?> Of(object? value) => value switch
    {
        Sequence sequence => sequence.Items,
        LazyItems lazy => lazy.Take(),
        Mapping mapping => mapping.Keys,
        string text => PythonText.Characters(text),
        Undefined => [],
        _ => throw new TemplateException($"{Describe.Kind(value)} is not a list, a mapping or a string"),
    };

    public static long Count(object? value) => value switch
    {
        Sequence sequence => sequence.Items.Count,
        Mapping mapping => mapping.Count,
        string text => PythonText.Length(text),
        Undefined => 0,
        _ => throw new TemplateException($"{Describe.Kind(value)} has no length"),
    };

    /// <summary>The value of <c>container[key]</c>.</summary>
    public static object? Item(object? container, object? key) => Entry(container, key, out object? value) ? value
        : key is string name && Methods.Find(container, name) is { } method ? method
        : Missing(container, key);

    /// <summary>The value of <c>container.name</c>: a method comes before an entry of that name.</summary>
    public static object? Attribute(object? container, string name) =>
        Methods.Find(container, name) is { } method ? method : Entry(container, name, out object? value) ? value : Missing(container, name);

    /// <summary>The value at a path like <c>function.name</c> or <c>0.text</c>.</summary>
    public static object? AtPath(object? container, object? path)
    {
        if (path is long) return Item(container, path);
        string text = path as string ?? throw new TemplateException($"{Describe.Kind(path)} names no attribute");
        object? value = container;
        foreach (string part in text.Split('.')) value = Item(value, long.TryParse(part, out long index) ? index : part);
        return value;
    }

    public static object? Slice(object? container, object? from, object? to, object? step)
    {
        if (container is Undefined undefined) throw undefined.Fail();
        if (container is not string && container is not Sequence { IsIndexed: true }) return new Undefined($"{Describe.Kind(container)} cannot be sliced");
        long stride = Bound(step) ?? 1;
        if (stride == 0) throw new TemplateException("the step of a slice is 0");
        IReadOnlyList<object?> items = Of(container);
        int count = items.Count;
        long first = Clamp(Bound(from) ?? (stride > 0 ? 0 : count), count, stride);
        long end = Bound(to) is { } bound ? Clamp(bound, count, stride) : stride > 0 ? count : -1;
        List<object?> taken = [];
        for (long i = first; stride > 0 ? i < end : i > end; i += stride) taken.Add(items[(int)i]);
        return container is string ? string.Concat(taken) : new Sequence(taken, ((Sequence)container).Kind);
    }

    private static bool Entry(object? container, object? key, out object? value)
    {
        value = null;
        switch (container)
        {
            case Undefined undefined: throw undefined.Fail();
            case Mapping mapping: return mapping.TryGet(key, out value);
            case Namespace space: return key is string name && space.Values.TryGetValue(name, out value);
            case LoopState loop: return key is string member && loop.TryGet(member, out value);
            case Sequence { IsIndexed: true } sequence when Index(key, sequence.Items.Count) is { } at: value = sequence.Items[at]; return true;
            case string text when Index(key, (int)PythonText.Length(text)) is { } at: value = PythonText.CharacterAt(text, at); return true;
            default: return false;
        }
    }

    private static int? Index(object? key, int count)
    {
        if (key is bool flag) key = flag ? 1L : 0L;
        if (key is not long index) return null;
        long at = index < 0 ? index + count : index;
        return at >= 0 && at < count ? (int)at : null;
    }

    private static Undefined Missing(object? container, object? key) =>
        new(key is string name ? $"{Describe.Kind(container)} has no '{name}'" : $"{Describe.Kind(container)} has nothing at {Print.Text(key)}");

    private static long? Bound(object? value) => value switch
    {
        null => null,
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw new TemplateException($"{Describe.Kind(value)} is the bound of a slice"),
    };

    private static long Clamp(long bound, int count, long stride)
    {
        long at = bound < 0 ? bound + count : bound;
        return stride > 0 ? Math.Clamp(at, 0, count) : Math.Clamp(at, -1, count - 1);
    }
}
