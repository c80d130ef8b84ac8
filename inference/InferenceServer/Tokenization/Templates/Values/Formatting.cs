using System.Globalization;
using System.Text;
using LlmOps.Inference.Tokenization.Templates.Functions;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Texts with places for values.</summary>
internal static class Formatting
{
    /// <summary>Fills the places of a printf format: %s, %r, %d, %i, %f with digits, and %%.</summary>
    public static string Printf(string format, IReadOnlyList<object?> values, Rendering rendering)
    {
        StringBuilder text = new();
        int next = 0;
        for (int at = 0; at < format.Length; at++)
        {
            if (format[at] != '%')
            {
                text.Append(format[at]);
                continue;
            }
            string digits = string.Concat(format.Skip(at + 1).TakeWhile(c => c == '.' || char.IsAsciiDigit(c)));
            at += digits.Length + 1;
            char code = at < format.Length ? format[at] : throw new TemplateException("a format ends in %");
            if (code == '%') text.Append('%');
            else text.Append(Filled(code, digits, next < values.Count ? values[next++] : throw new TemplateException("a format has too few values")));
        }
        if (next < values.Count) throw new TemplateException("a format has too many values");
        return rendering.Made(text.ToString());
    }

    /// <summary>Fills places like {}, {0} and {name}.</summary>
    public static object? Braces(string format, Arguments arguments)
    {
        StringBuilder text = new();
        int next = 0;
        for (int at = 0; at < format.Length; at++)
        {
            char c = format[at];
            bool doubled = c is '{' or '}' && at + 1 < format.Length && format[at + 1] == c;
            if (doubled) at++;
            if (doubled || c is not ('{' or '}'))
            {
                text.Append(c);
                continue;
            }
            int close = c == '{' ? format.IndexOf('}', at) : -1;
            if (close < 0) throw new TemplateException("format() meets a brace without its other");
            string place = format[(at + 1)..close];
            text.Append(Print.Text(Place(place.Length == 0 ? (next++).ToString(CultureInfo.InvariantCulture) : place, arguments)));
            at = close;
        }
        return arguments.Rendering.Made(text.ToString());
    }

    private static object? Place(string place, Arguments arguments)
    {
        if (int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < arguments.Given.Count) return arguments.Given[index];
        return arguments.Named.TryGetValue(place, out object? value) ? value : throw new TemplateException($"format() has no value for {{{place}}}");
    }

    private static string Filled(char code, string digits, object? value) => (code, digits) switch
    {
        ('s', "") => Print.Text(value),
        ('r', "") => Print.Literal(value),
        ('d' or 'i', "") => (value is double number ? (long)number : Numbers.Whole(value)).ToString(CultureInfo.InvariantCulture),
        ('f', "") => Numbers.Fraction(value).ToString("F6", CultureInfo.InvariantCulture),
        ('f', ['.', >= '0' and <= '9']) => Numbers.Fraction(value).ToString($"F{digits[1]}", CultureInfo.InvariantCulture),
        _ => throw new TemplateException($"the format %{digits}{code} is not supported"),
    };
}
