using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>The functions that a template may call by their name.</summary>
internal static class Globals
{
    private const long LongestRange = 100_000;

    private static readonly Dictionary<string, Callable> All = new Callable[]
    {
        new("raise_exception", arguments => throw new TemplateRefusal(Print.Text(arguments.Bind("message").Needed(0)))),
        new("strftime_now", arguments => Strftime.Format(arguments.Rendering.Now, arguments.Bind("format").Text(0))),
        new("range", Range),
        new("namespace", arguments => new Namespace(Entries(arguments).Select(entry => KeyValuePair.Create(
            entry.Key as string ?? throw new TemplateException("the names of a namespace are strings"), entry.Value)))),
        new("dict", arguments => new Mapping(Entries(arguments))),
        new("joiner", Joiner),
    }.ToDictionary(callable => callable.Name);

    public static Callable? Find(string name) => All.GetValueOrDefault(name);

    private static Dictionary<object, object?> EntriesOf(object? given)
    {
        if (given is Mapping mapping) return new Dictionary<object, object?>(mapping.Entries);
        return Items.Of(given).ToDictionary(
            pair => Items.Of(pair) is [{ } key, _] ? key : throw new TemplateException("a mapping is made of pairs"), pair => Items.Of(pair)[1]);
    }

    private static IEnumerable<KeyValuePair<object?, object?>> Entries(Arguments arguments)
    {
        if (arguments.Given.Count > 1) throw new TemplateException($"{arguments.Callee} takes at most 1 argument without a name");
        Dictionary<object, object?> entries = arguments.Given is [var given] ? EntriesOf(given) : [];
        arguments.Rendering.Allocate(entries.Count);
        foreach ((string name, object? value) in arguments.Named) entries[name] = value;
        return entries.Select(entry => KeyValuePair.Create((object?)entry.Key, entry.Value));
    }

    private static Sequence Range(Arguments arguments)
    {
        if (arguments.Named.Count > 0 || arguments.Given.Count is 0 or > 3) throw new TemplateException("range takes 1 to 3 numbers");
        long[] bounds = [.. arguments.Given.Select(Numbers.Whole)];
        (long from, long to) = bounds.Length == 1 ? (0, bounds[0]) : (bounds[0], bounds[1]);
        long step = bounds.Length == 3 ? bounds[2] : 1;
        if (step == 0) throw new TemplateException("the step of a range is 0");
        double length = Math.Max(0, Math.Ceiling(((double)to - from) / step));
        if (length > LongestRange) throw new TemplateException($"a range is over {LongestRange} long");
        arguments.Rendering.Allocate(length);
        return new Sequence([.. Enumerable.Range(0, (int)length).Select(i => (object?)(from + (i * step)))], SequenceKind.Range);
    }

    private static Callable Joiner(Arguments arguments)
    {
        string separator = arguments.Bind("sep").Text(0, ", ");
        int calls = 0;
        return new Callable("joiner", _ => calls++ == 0 ? "" : separator);
    }
}
