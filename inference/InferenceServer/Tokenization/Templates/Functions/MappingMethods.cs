using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>The methods of mappings.</summary>
internal static class MappingMethods
{
    public static Callable? Find(Mapping mapping, string name) => name switch
    {
        "items" => new Callable(name, arguments => View(Items(mapping), arguments)),
        "keys" => new Callable(name, arguments => View(new Sequence(mapping.Keys, SequenceKind.View), arguments)),
        "values" => new Callable(name, arguments => View(new Sequence([.. mapping.Entries.Select(entry => entry.Value)], SequenceKind.View), arguments)),
        "get" => new Callable(name, arguments =>
        {
            Bound given = arguments.Bind("key", "default");
            return mapping.TryGet(given.Needed(0), out object? value) ? value : given.Value(1);
        }),
        "copy" => new Callable(name, _ => mapping),
        "pop" or "popitem" or "update" or "clear" or "setdefault" => Methods.Forbidden(name),
        _ => null,
    };

    /// <summary>The keys with their values.</summary>
    public static Sequence Items(Mapping mapping) =>
        new([.. mapping.Entries.Select(entry => Sequence.Tuple(entry.Key, entry.Value))], SequenceKind.View);

    private static Sequence View(Sequence view, Arguments arguments)
    {
        if (arguments.Given.Count + arguments.Named.Count > 0) throw new TemplateException($"{arguments.Callee}() takes no arguments");
        arguments.Rendering.Allocate(view.Items.Count);
        arguments.Rendering.Step(view.Items.Count);
        return view;
    }
}
