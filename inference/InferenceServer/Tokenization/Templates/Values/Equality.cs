using System.Numerics;
using System.Runtime.CompilerServices;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Truth, sameness and order of values, as in Python.</summary>
internal static class Equality
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        BigInteger number => !number.IsZero,
        string text => text.Length > 0,
        Sequence sequence => sequence.Items.Count > 0,
        Mapping mapping => mapping.Count > 0,
        _ => true,
    };

    public static bool Same(object? left, object? right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return (left, right) switch
        {
            (null, null) or (Undefined, Undefined) => true,
            (string a, string b) => a == b,
            (Sequence a, Sequence b) => a.Kind == b.Kind && a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => Same(pair.First, pair.Second)),
            (Mapping a, Mapping b) => a.Count == b.Count && a.Entries.All(entry => b.TryGet(entry.Key, out object? other) && Same(entry.Value, other)),
            _ when Numbers.Is(left) && Numbers.Is(right) => Numbers.Compare(left, right) == 0,
            _ => Equals(left, right),
        };
    }

    /// <summary>Under 0 where <paramref name="left"/> is the smaller.</summary>
    /// <exception cref="TemplateException">The two have no order.</exception>
    public static int Compare(object? left, object? right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (left, right)
        {
            case (string a, string b):
                return PythonText.Compare(a, b);
            case (Sequence { IsIndexed: true } a, Sequence { IsIndexed: true } b) when a.Kind == b.Kind:
                foreach ((object? one, object? other) in a.Items.Zip(b.Items))
                {
                    if (!Same(one, other)) return Compare(one, other);
                }
                return a.Items.Count.CompareTo(b.Items.Count);
            default:
                if (left is Undefined missing) throw missing.Fail();
                if (right is Undefined absent) throw absent.Fail();
                if (Numbers.Is(left) && Numbers.Is(right) && Numbers.Compare(left, right) is { } order) return order;
                throw new TemplateException($"{Describe.Kind(left)} and {Describe.Kind(right)} have no order");
        }
    }

    public static bool Contains(object? container, object? item) => container switch
    {
        string text => text.Contains(item as string ?? throw new TemplateException($"a string holds strings, not {Describe.Kind(item)}"), StringComparison.Ordinal),
        Mapping mapping => mapping.Has(item),
        _ => Items.Of(container).Any(one => Same(one, item)),
    };
}
