using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>Texts of libraries, files and clients, made fit for a line of a log or of an answer.</summary>
internal static class PlainText
{
    /// <summary>The text on one line: control, format and unpaired characters become spaces, and it is cut after <paramref name="most"/> characters.</summary>
    public static string OneLine(string text, int most = 1000)
    {
        StringBuilder line = new(Math.Min(text.Length, most));
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (line.Length >= most) return line.ToString().Trim() + "…";
            if (IsShown(rune)) line.Append(rune);
            else if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
        }
        return line.ToString().Trim();
    }

    private static bool IsShown(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
