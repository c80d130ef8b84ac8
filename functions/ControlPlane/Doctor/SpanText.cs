using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Doctor;

/// <summary>Durations as Prometheus, Alertmanager and Go write them: `0`, `30s`, `1h30m`, `1m0s`, `1d`.</summary>
internal static partial class SpanText
{
    /// <summary>The seconds of a duration, or null when the text is none.</summary>
    public static double? Seconds(string? text)
    {
        if (text is null || !Whole().IsMatch(text))
        {
            return null;
        }
        return Part().Matches(text).Sum(part => double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Unit(part.Groups[2].Value));
    }

    /// <summary>Seconds for people: `90 s`, `0.5 s`.</summary>
    public static string Of(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s");

    private static double Unit(string unit) => unit switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => 365 * 86_400,
    };

    [GeneratedRegex(@"\A(0|([0-9]+(\.[0-9]+)?(ms|[smhdwy]))+)\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]+)?)(ms|[smhdwy])")]
    private static partial Regex Part();
}
