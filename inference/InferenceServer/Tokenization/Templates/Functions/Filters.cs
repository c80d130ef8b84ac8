using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>The filters that a template may use, by name.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, Filter> All =
        new[] { Plain, TextFilters.All, NumberFilters.All, ListFilters.All, OrderFilters.All, ItemFilters.All }
            .SelectMany(filters => filters).ToDictionary();

    public static Filter? Find(string name) => All.GetValueOrDefault(name);

    private static Dictionary<string, Filter> Plain => new()
    {
        ["default"] = Default,
        ["d"] = Default,
        ["tojson"] = ToJson,
        ["length"] = (value, _) => Items.Count(value),
        ["count"] = (value, _) => Items.Count(value),
        ["safe"] = (value, _) => Print.Text(value),
        ["string"] = (value, _) => Print.Text(value),
        ["attr"] = (value, arguments) => Items.Attribute(value, arguments.Bind("name").Text(0)),
    };

    private static object? Default(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("default_value", "boolean");
        bool absent = value is Undefined || (given.Flag(1) && !Equality.IsTrue(value));
        return absent ? given.Value(0, "") : value;
    }

    private static string ToJson(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("ensure_ascii", "indent", "separators", "sort_keys");
        string? indent = given.Value(1) switch
        {
            null => null,
            string text => text,
            _ => new string(' ', (int)Math.Clamp(given.Whole(1, 0), 0, 100)),
        };
        (string item, string key) = (indent is null ? ", " : ",", ": ");
        if (given.Value(2) is { } separators)
        {
            (item, key) = Items.Of(separators) is [string first, string second] ? (first, second) : throw new TemplateException("tojson needs two separators");
        }
        return arguments.Rendering.Made(new Json(indent, item, key, given.Flag(0), given.Flag(3)).Write(value));
    }
}
