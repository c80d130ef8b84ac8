using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>Writes a moment as C's <c>strftime</c> does, in English.</summary>
internal static class Strftime
{
    public static string Format(DateTimeOffset moment, string format)
    {
        StringBuilder text = new();
        for (int at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                text.Append(format[at]);
                continue;
            }
            bool unpadded = format[++at] == '-' && at + 1 < format.Length;
            if (unpadded) at++;
            string part = Part(moment, format[at]);
            text.Append(unpadded ? part.TrimStart('0') is { Length: > 0 } digits ? digits : "0" : part);
        }
        return text.ToString();
    }

    private static string Part(DateTimeOffset moment, char code) => code switch
    {
        'Y' => With(moment, "yyyy"),
        'y' => With(moment, "yy"),
        'm' => With(moment, "MM"),
        'd' => With(moment, "dd"),
        'e' => moment.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
        'B' => With(moment, "MMMM"),
        'b' or 'h' => With(moment, "MMM"),
        'A' => With(moment, "dddd"),
        'a' => With(moment, "ddd"),
        'H' => With(moment, "HH"),
        'I' => With(moment, "hh"),
        'M' => With(moment, "mm"),
        'S' => With(moment, "ss"),
        'f' => With(moment, "ffffff"),
        'p' => With(moment, "tt"),
        'j' => moment.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
        'w' => ((int)moment.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'u' => (moment.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)moment.DayOfWeek).ToString(CultureInfo.InvariantCulture),
        'F' => With(moment, "yyyy-MM-dd"),
        'T' => With(moment, "HH:mm:ss"),
        'R' => With(moment, "HH:mm"),
        'D' or 'x' => With(moment, "MM/dd/yy"),
        'z' or 'Z' => "",
        'n' => "\n",
        't' => "\t",
        '%' => "%",
        _ => throw new TemplateException($"strftime_now does not know %{code}"),
    };

    private static string With(DateTimeOffset moment, string format) => moment.ToString(format, CultureInfo.InvariantCulture);
}
