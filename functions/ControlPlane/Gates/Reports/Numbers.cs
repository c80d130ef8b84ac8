using System.Globalization;

namespace LlmOps.Gates.Reports;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    public static string Show(double value) => double.IsPositiveInfinity(value) ? "∞" : double.IsNegativeInfinity(value) ? "−∞"
        : value.ToString(Math.Abs(value) switch { >= 100 => "F0", >= 10 => "F1", >= 1 => "0.##", _ => "0.####" }, CultureInfo.InvariantCulture).Replace('-', '−');

    public static string Show(double? value) => value is { } some ? Show(some) : "–";
}
