using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Values as text, as Python writes them.</summary>
internal static class Print
{
    public static string Text(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Literal(value),
    };

    /// <summary>A value as it would stand in Python's source.</summary>
    public static string Literal(object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return value switch
        {
            null => "None",
            Undefined => "Undefined",
            bool flag => flag ? "True" : "False",
            long number => number.ToString(CultureInfo.InvariantCulture),
            BigInteger number => number.ToString(CultureInfo.InvariantCulture),
            double number => Fraction(number),
            string text => Quoted(text),
            Sequence { Kind: SequenceKind.Tuple, Items: [var only] } => $"({Literal(only)},)",
            Sequence { Kind: SequenceKind.Tuple } tuple => $"({List(tuple)})",
            Sequence { Kind: SequenceKind.List } list => $"[{List(list)}]",
            Mapping mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{Literal(entry.Key)}: {Literal(entry.Value)}"))}}}",
            _ => throw new TemplateException($"{Describe.Kind(value)} cannot be printed"),
        };
    }

    /// <summary>A fractional number in the fewest digits that mean it, as Python writes them.</summary>
    public static string Fraction(double number)
    {
        if (double.IsNaN(number)) return "nan";
        if (double.IsInfinity(number)) return number > 0 ? "inf" : "-inf";
        if (number == 0) return double.IsNegative(number) ? "-0.0" : "0.0";
        (string digits, int exponent) = Shortest(Math.Abs(number));
        string text = exponent switch
        {
            < -4 or >= 16 => $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}",
            < 0 => $"0.{new string('0', -exponent - 1)}{digits}",
            _ when digits.Length <= exponent + 1 => $"{digits.PadRight(exponent + 1, '0')}.0",
            _ => $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}",
        };
        return number < 0 ? $"-{text}" : text;
    }

    // The digits without a point, and the power of ten of the first.
    private static (string Digits, int Exponent) Shortest(double number)
    {
        string[] parts = number.ToString("R", CultureInfo.InvariantCulture).Split('E');
        int point = parts[0].IndexOf('.', StringComparison.Ordinal) is var at && at < 0 ? parts[0].Length : at;
        string all = parts[0].Replace(".", "", StringComparison.Ordinal);
        string digits = all.TrimStart('0');
        int exponent = point - 1 - (all.Length - digits.Length) + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        return (digits.TrimEnd('0'), exponent);
    }

    private static string List(Sequence sequence) => string.Join(", ", sequence.Items.Select(Literal));

    private static string Quoted(string text)
    {
        char quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        StringBuilder quoted = new();
        quoted.Append(quote);
        foreach (Rune rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when rune.Value == quote => $"\\{quote}",
                _ => IsPrintable(rune) ? rune.ToString() : Escape(rune.Value),
            });
        }
        return quoted.Append(quote).ToString();
    }

    private static string Escape(int code) => code <= 0xFF ? $"\\x{code:x2}" : code <= 0xFFFF ? $"\\u{code:x4}" : $"\\U{code:x8}";

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
