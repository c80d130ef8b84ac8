namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>What the operators do, as in Python.</summary>
internal static class Arithmetic
{
    public static object? Apply(string symbol, object? left, object? right, Rendering rendering)
    {
        if (left is Undefined missing) throw missing.Fail();
        if (right is Undefined absent) throw absent.Fail();
        try
        {
            return (symbol, left, right) switch
            {
                ("+", string a, string b) => rendering.Grow(a, b),
                ("+", Sequence a, Sequence b) when a.Kind == b.Kind && a.IsIndexed => Join(a, b, rendering),
                ("*", string text, long or bool) => Repeat(text, Numbers.Whole(right), rendering),
                ("*", long or bool, string text) => Repeat(text, Numbers.Whole(left), rendering),
                ("*", Sequence list, long or bool) => Repeat(list, Numbers.Whole(right), rendering),
                ("%", string format, _) => Formatting.Printf(format, right is Sequence { Kind: SequenceKind.Tuple } tuple ? tuple.Items : [right], rendering),
                _ when !Numbers.Is(left) || !Numbers.Is(right) => throw Refuse(symbol, left, right),
                _ when symbol == "/" => Divided(left, right),
                _ when Numbers.IsFraction(left) || Numbers.IsFraction(right) => Fractional(symbol, Numbers.Fraction(left), Numbers.Fraction(right)),
                _ => Whole(symbol, Numbers.Whole(left), Numbers.Whole(right)),
            };
        }
        catch (OverflowException)
        {
            throw new TemplateException($"{symbol} gives a number over 64 bits");
        }
    }

    public static object Negated(object? value) => value switch
    {
        Undefined undefined => throw undefined.Fail(),
        double number => -number,
        long or bool => Whole("-", 0, Numbers.Whole(value)),
        _ => throw new TemplateException($"- of {Describe.Kind(value)}"),
    };

    private static Sequence Join(Sequence left, Sequence right, Rendering rendering)
    {
        rendering.Allocate(left.Items.Count + right.Items.Count);
        return new Sequence([.. left.Items, .. right.Items], left.Kind);
    }

    private static string Repeat(string text, long times, Rendering rendering)
    {
        rendering.Allocate(text.Length * (double)Math.Max(0, times));
        return text.Length == 0 || times <= 0 ? "" : new System.Text.StringBuilder().Insert(0, text, (int)times).ToString();
    }

    private static Sequence Repeat(Sequence list, long times, Rendering rendering)
    {
        rendering.Allocate(list.Items.Count * (double)Math.Max(0, times));
        return new Sequence(list.Items.Count == 0 ? [] : [.. Enumerable.Repeat(list.Items, (int)Math.Max(0, times)).SelectMany(items => items)], list.Kind);
    }

    private static double Divided(object? left, object? right) =>
        Numbers.Fraction(right) == 0 ? throw new TemplateException("a division by 0") : Numbers.Fraction(left) / Numbers.Fraction(right);

    // Boxed one by one, or the compiler would make them all fractional.
    private static object Whole(string symbol, long left, long right) => symbol switch
    {
        "+" => (object)checked(left + right),
        "-" => checked(left - right),
        "*" => checked(left * right),
        "//" or "%" when right == 0 => throw new TemplateException("a division by 0"),
        "//" => right == -1 ? checked(-left) : (left / right) - (left % right != 0 && (left < 0) != (right < 0) ? 1 : 0),
        "%" => right == -1 ? 0L : ((left % right) + right) % right,
        "**" when right < 0 => Fractional(symbol, left, right),
        "**" => Power(left, right),
        _ => throw new TemplateException($"the operator {symbol} is not supported"),
    };

    private static double Fractional(string symbol, double left, double right) => symbol switch
    {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "//" or "%" when right == 0 => throw new TemplateException("a division by 0"),
        "//" => Math.Floor(left / right),
        "%" => left - (right * Math.Floor(left / right)),
        "**" when left == 0 && right < 0 => throw new TemplateException("a division by 0"),
        "**" => Math.Pow(left, right) is var power && double.IsFinite(power) ? power : throw new TemplateException("** gives no number"),
        _ => throw new TemplateException($"the operator {symbol} is not supported"),
    };

    private static long Power(long value, long exponent)
    {
        long power = 1;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1) power = checked(power * value);
            if (exponent > 1) value = checked(value * value);
        }
        return power;
    }

    private static TemplateException Refuse(string symbol, object? left, object? right) =>
        new($"{symbol} of {Describe.Kind(left)} and {Describe.Kind(right)}");
}
