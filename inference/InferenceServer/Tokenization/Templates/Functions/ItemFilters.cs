using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>Filters upon each item of a list.</summary>
internal static class ItemFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["map"] = Map,
        ["select"] = (value, arguments) => Select(value, arguments, byAttribute: false, keeps: true),
        ["reject"] = (value, arguments) => Select(value, arguments, byAttribute: false, keeps: false),
        ["selectattr"] = (value, arguments) => Select(value, arguments, byAttribute: true, keeps: true),
        ["rejectattr"] = (value, arguments) => Select(value, arguments, byAttribute: true, keeps: false),
    };

    private static LazyItems Map(object? value, Arguments arguments)
    {
        IReadOnlyList<object?> items = ListFilters.Walk(value, arguments);
        if (arguments.Given.Count == 0)
        {
            Bound given = arguments.Bind("attribute", "default");
            object? path = given.Needed(0);
            return new LazyItems([.. items.Select(item => Items.AtPath(item, path) is var found && found is Undefined && given.Has(1) ? given.Value(1) : found)]);
        }
        string name = arguments.Given[0] as string ?? throw new TemplateException("map needs the name of a filter");
        Filter filter = Filters.Find(name) ?? throw new TemplateException($"the filter {name} is not supported");
        Arguments others = arguments.After(1, name);
        return new LazyItems([.. items.Select(item => filter(item, others))]);
    }

    private static LazyItems Select(object? value, Arguments arguments, bool byAttribute, bool keeps)
    {
        int before = byAttribute ? 1 : 0;
        if (arguments.Given.Count < before) throw new TemplateException($"{arguments.Callee} needs an attribute");
        Func<object?, object?> subject = byAttribute ? item => Items.AtPath(item, arguments.Given[0]) : item => item;
        Func<object?, bool> holds = Equality.IsTrue;
        if (arguments.Given.Count > before)
        {
            string name = arguments.Given[before] as string ?? throw new TemplateException($"{arguments.Callee} needs the name of a test");
            Test test = Tests.Find(name) ?? throw new TemplateException($"the test {name} is not supported");
            Arguments others = arguments.After(before + 1, name);
            holds = item => test(item, others);
        }
        return new LazyItems([.. ListFilters.Walk(value, arguments).Where(item => holds(subject(item)) == keeps)]);
    }
}
