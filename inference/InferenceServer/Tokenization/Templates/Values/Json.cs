using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Writes values as Python's <c>json.dumps</c> does, with the defaults of Hugging Face's <c>tojson</c>.</summary>
internal sealed class Json(string? indent, string itemSeparator, string keySeparator, bool asciiOnly, bool sortsKeys)
{
    private readonly StringBuilder _text = new();

    public string Write(object? value)
    {
        Append(value, depth: 0);
        return _text.ToString();
    }

    private void Append(object? value, int depth)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (value)
        {
            case null: _text.Append("null"); break;
            case bool flag: _text.Append(flag ? "true" : "false"); break;
            case long or BigInteger: _text.Append(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)); break;
            case double number: _text.Append(Fraction(number)); break;
            case string text: AppendText(text); break;
            case Mapping { Count: 0 }: _text.Append("{}"); break;
            case Mapping mapping: AppendAll(Ordered(mapping), '{', '}', depth, entry => AppendEntry(entry, depth)); break;
            case Sequence { IsIndexed: true, Items.Count: 0 }: _text.Append("[]"); break;
            case Sequence { Kind: SequenceKind.List or SequenceKind.Tuple } list: AppendAll(list.Items, '[', ']', depth, item => Append(item, depth + 1)); break;
            default: throw new TemplateException($"tojson of {Describe.Kind(value)}");
        }
    }

    private void AppendAll<T>(IEnumerable<T> items, char open, char close, int depth, Action<T> append)
    {
        _text.Append(open);
        bool first = true;
        foreach (T item in items)
        {
            if (!first) _text.Append(itemSeparator);
            first = false;
            AppendLine(depth + 1);
            append(item);
        }
        AppendLine(depth);
        _text.Append(close);
    }

    private void AppendLine(int depth)
    {
        if (indent is null) return;
        _text.Append('\n');
        for (int i = 0; i < depth; i++) _text.Append(indent);
    }

    private IEnumerable<KeyValuePair<object, object?>> Ordered(Mapping mapping) =>
        sortsKeys ? mapping.Entries.OrderBy(entry => (object?)entry.Key, Comparer<object?>.Create(Equality.Compare)) : mapping.Entries;

    private void AppendEntry(KeyValuePair<object, object?> entry, int depth)
    {
        AppendText(entry.Key switch
        {
            string text => text,
            bool flag => flag ? "true" : "false",
            long number => number.ToString(CultureInfo.InvariantCulture),
            double number => Fraction(number),
            _ => throw new TemplateException($"tojson of a mapping with {Describe.Kind(entry.Key)} as a key"),
        });
        _text.Append(keySeparator);
        Append(entry.Value, depth + 1);
    }

    private static string Fraction(double number) =>
        double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity") : Print.Fraction(number);

    private void AppendText(string text)
    {
        _text.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\n' => _text.Append("\\n"),
                '\r' => _text.Append("\\r"),
                '\t' => _text.Append("\\t"),
                '\f' => _text.Append("\\f"),
                '\b' => _text.Append("\\b"),
                _ when c < ' ' || (asciiOnly && c > '~') => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => _text.Append(c),
            };
        }
        _text.Append('"');
    }
}
