using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>The methods of values, by name.</summary>
internal static class Methods
{
    // They change their value, which Jinja's immutable sandbox forbids.
    private static readonly string[] Changing =
        ["append", "extend", "insert", "remove", "clear", "sort", "reverse", "pop", "popitem", "setdefault", "update"];

    public static Callable? Find(object? container, string name) => container switch
    {
        string text => TextMethods.Find(text, name),
        Mapping mapping => MappingMethods.Find(mapping, name),
        Sequence { Kind: SequenceKind.List or SequenceKind.Tuple } list => FindOfList(list, name),
        LoopState loop => loop.FindMethod(name),
        _ => null,
    };

    public static Callable? Forbidden(string name) => Array.IndexOf(Changing, name) < 0
        ? null
        : new Callable(name, _ => throw new TemplateException($"{name}() would change a value, which a template must not"));

    private static Callable? FindOfList(Sequence list, string name) => name switch
    {
        "index" => new Callable(name, arguments =>
        {
            object? sought = arguments.First();
            int at = ListFilters.Walk(list, arguments).TakeWhile(item => !Equality.Same(item, sought)).Count();
            return at < list.Items.Count ? (long)at : throw new TemplateException("index() finds nothing");
        }),
        "count" => new Callable(name, arguments => arguments.First() is var sought ? (long)ListFilters.Walk(list, arguments).Count(item => Equality.Same(item, sought)) : 0),
        "copy" => new Callable(name, _ => list),
        _ => Forbidden(name),
    };
}
