using System.Globalization;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>Filters that give numbers.</summary>
internal static class NumberFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["int"] = Int,
        ["float"] = Float,
        ["abs"] = (value, _) => value is double number ? Math.Abs(number) : Numbers.Whole(value) is var whole && whole < 0 ? Arithmetic.Negated(whole) : whole,
        ["round"] = (value, arguments) => Round(value, arguments),
    };

    private static object? Int(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("default", "base");
        if (value is Undefined undefined) throw undefined.Fail();
        if (value is string text && given.Whole(1, 10) != 10) return Based(text, given.Whole(1, 10)) ?? given.Value(0, 0L);
        if (value is string digits && long.TryParse(Digits(digits), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return whole;
        double? number = value is long or bool ? null : Parse(value);
        if (number is null) return value is long or bool ? Numbers.Whole(value) : given.Value(0, 0L);
        return Math.Abs(number.Value) < long.MaxValue ? (long)number.Value : given.Value(0, 0L);
    }

    private static object? Float(object? value, Arguments arguments) =>
        value is Undefined undefined ? throw undefined.Fail() : Parse(value) is { } number ? number : arguments.Bind("default").Value(0, 0.0);

    private static double Round(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("precision", "method");
        double scale = Math.Pow(10, Math.Clamp(given.Whole(0, 0), -300, 300));
        double number = Numbers.Fraction(value);
        return given.Text(1, "common") switch
        {
            "common" when given.Whole(0, 0) is >= 0 and <= 15 => Math.Abs(number) < 1e15 ? (double)Math.Round((decimal)number, (int)given.Whole(0, 0), MidpointRounding.ToEven) : number,
            "common" => Math.Round(number * scale) / scale,
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            _ => throw new TemplateException("round takes the methods common, ceil and floor"),
        };
    }

    private static double? Parse(object? value) => value switch
    {
        double number => number,
        long or bool => Numbers.Fraction(value),
        string text when double.TryParse(Digits(text), NumberStyles.Float & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double number) => number,
        _ => null,
    };

    private static string Digits(string text) => PythonText.Trim(text).Replace("_", "", StringComparison.Ordinal);

    private static long? Based(string text, long numberBase)
    {
        string digits = PythonText.Trim(text).ToUpperInvariant();
        if (numberBase is 16 && digits.StartsWith("0X", StringComparison.Ordinal)) digits = digits[2..];
        long number = 0;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiDigit(c) ? c - '0' : c is >= 'A' and <= 'Z' ? c - 'A' + 10 : 99;
            if (digit >= numberBase || number > long.MaxValue / 64) return null;
            number = (number * numberBase) + digit;
        }
        return digits.Length > 0 ? number : null;
    }
}
