using System.Collections;
using System.Globalization;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>How values of a template behave: strings, whole numbers, booleans, none, undefined, lists and mappings.</summary>
internal static class Values
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool b => b,
        long n => n != 0,
        string s => s.Length > 0,
        ICollection c => c.Count > 0,
        _ => true,
    };

    public static string Print(object? value) => value switch
    {
        null => "None",
        bool b => b ? "True" : "False",
        long n => n.ToString(CultureInfo.InvariantCulture),
        string or Undefined => value.ToString()!,
        _ => throw new TemplateException("chat template: only texts and numbers can be printed"),
    };

    public static bool Same(object? left, object? right) => (left, right) switch
    {
        (null or Undefined, null or Undefined) => ReferenceEquals(left, right),
        _ => Equals(left, right),
    };

    public static bool Contains(object? container, object? item) => container switch
    {
        string text => item is string part && text.Contains(part, StringComparison.Ordinal),
        IReadOnlyDictionary<string, object?> map => item is string key && map.ContainsKey(key),
        IReadOnlyList<object?> list => list.Any(x => Same(x, item)),
        _ => false,
    };

    public static object? Member(object? container, object? key) => (container, key) switch
    {
        (IReadOnlyDictionary<string, object?> map, string name) => map.TryGetValue(name, out object? value) ? value : Undefined.Value,
        (IReadOnlyList<object?> list, long index) => At(list.Count, index) is { } i ? list[i] : Undefined.Value,
        (string text, long index) => At(text.Length, index) is { } i ? text[i].ToString() : Undefined.Value,
        (Undefined, _) => throw new TemplateException($"chat template: '{key}' is asked of an undefined value"),
        _ => Undefined.Value,
    };

    public static object? Slice(object? container, object? from, object? to)
    {
        int count = container switch { string s => s.Length, IReadOnlyList<object?> l => l.Count, _ => 0 };
        int start = Bound(from, count, 0);
        int length = Math.Max(0, Bound(to, count, count) - start);
        return container switch
        {
            string text => text.Substring(start, length),
            IReadOnlyList<object?> list => list.Skip(start).Take(length).ToList(),
            _ => throw new TemplateException("chat template: only texts and lists can be sliced"),
        };
    }

    public static object Add(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => a + b,
        (long a, long b) => a + b,
        _ => throw new TemplateException($"chat template: + of {Describe(left)} and {Describe(right)}"),
    };

    private static int? At(int count, long index)
    {
        long at = index < 0 ? index + count : index;
        return at >= 0 && at < count ? (int)at : null;
    }

    private static int Bound(object? value, int count, int otherwise) => value switch
    {
        null => otherwise,
        long n => (int)Math.Clamp(n < 0 ? n + count : n, 0, count),
        _ => throw new TemplateException("chat template: the bound of a slice is not a number"),
    };

    private static string Describe(object? value) => value switch
    {
        null => "none",
        Undefined => "an undefined value",
        string => "a text",
        long => "a number",
        _ => "another value",
    };
}
