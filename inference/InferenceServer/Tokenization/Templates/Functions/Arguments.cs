using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>What a filter, a test, a method or a function is called with.</summary>
internal sealed record Arguments(string Callee, IReadOnlyList<object?> Given, IReadOnlyDictionary<string, object?> Named, Rendering Rendering)
{
    /// <summary>Puts the arguments in the order of the parameters' names.</summary>
    /// <exception cref="TemplateException">There are too many, or one that has no parameter.</exception>
    public Bound Bind(params ReadOnlySpan<string> names)
    {
        if (Given.Count > names.Length) throw new TemplateException($"{Callee} takes at most {names.Length} arguments");
        object?[] values = new object?[names.Length];
        bool[] present = new bool[names.Length];
        for (int i = 0; i < Given.Count; i++) (values[i], present[i]) = (Given[i], true);
        foreach ((string name, object? value) in Named)
        {
            int at = names.IndexOf(name);
            if (at < 0) throw new TemplateException($"{Callee} takes no argument {name}");
            if (present[at]) throw new TemplateException($"{Callee} is given {name} twice");
            (values[at], present[at]) = (value, true);
        }
        return new Bound(Callee, values, present);
    }

    /// <summary>The arguments without the first ones, for another function.</summary>
    public Arguments After(int first, string callee) => new(callee, [.. Given.Skip(first)], Named, Rendering);

    public object? First() => Bind("value").Needed(0);
}

/// <summary>Arguments in the order of their parameters.</summary>
internal readonly struct Bound(string callee, object?[] values, bool[] present)
{
    public bool Has(int index) => present[index];

    public object? Value(int index, object? otherwise = null) => present[index] ? values[index] : otherwise;

    public object? Needed(int index) => present[index] ? values[index] : throw new TemplateException($"{callee} lacks an argument");

    public string Text(int index, string? otherwise = null) =>
        (present[index] || otherwise is null ? Needed(index) : otherwise) as string ?? throw Wrong(index, "a string");

    public string? TextOrNone(int index) => Value(index) is null ? null : Text(index);

    public long Whole(int index, long otherwise) => Value(index, otherwise) switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw Wrong(index, "a whole number"),
    };

    public bool Flag(int index, bool otherwise = false) => Equality.IsTrue(Value(index, otherwise));

    private TemplateException Wrong(int index, string expected) => new($"{callee} is given {Describe.Kind(values[index])} instead of {expected}");
}

/// <summary>What turns a value into another.</summary>
internal delegate object? Filter(object? value, Arguments arguments);

/// <summary>What a value is or is not.</summary>
internal delegate bool Test(object? value, Arguments arguments);
