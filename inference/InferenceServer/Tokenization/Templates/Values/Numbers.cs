using System.Numerics;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>Whole numbers of 64 bits, fractional ones, and booleans where they count as 0 and 1; a whole number beyond can only be passed on.</summary>
internal static class Numbers
{
    public static bool Is(object? value) => value is long or double or bool or BigInteger;

    /// <summary>The order of two numbers; null where there is none, as with NaN.</summary>
    public static int? Compare(object? left, object? right)
    {
        if (IsFraction(left) || IsFraction(right))
        {
            (double a, double b) = (Fraction(left), Fraction(right));
            return double.IsNaN(a) || double.IsNaN(b) ? null : a.CompareTo(b);
        }
        return Big(left).CompareTo(Big(right));
    }

    public static double Fraction(object? value) => value switch
    {
        double number => number,
        long number => number,
        bool flag => flag ? 1 : 0,
        BigInteger number => (double)number,
        _ => throw NoNumber(value),
    };

    public static long Whole(object? value) => value switch
    {
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => throw NoNumber(value),
    };

    public static bool IsFraction(object? value) => value is double;

    private static BigInteger Big(object? value) => value is BigInteger number ? number : Whole(value);

    private static TemplateException NoNumber(object? value) =>
        value is Undefined undefined ? undefined.Fail() : new TemplateException($"{Describe.Kind(value)} is not a number");
}
