using System.Globalization;
using System.Text;

namespace LlmOps.Ports;

/// <summary>Texts from elsewhere, made fit for a line of a commit message, a report or a terminal.</summary>
public static class PlainText
{
    /// <summary>The text on one line: control, format and unpaired characters become spaces, and it is cut after <paramref name="most"/> characters.</summary>
    public static string OneLine(string text, int most = 300)
    {
        StringBuilder line = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
            {
                return line.ToString().Trim() + "…";
            }
            line.Append(IsShown(rune) ? rune.ToString() : " ");
        }
        return line.ToString().Trim();
    }

    private static bool IsShown(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);
}
