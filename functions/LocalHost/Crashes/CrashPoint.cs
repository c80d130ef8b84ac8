using System.Globalization;

namespace LlmOps.LocalHost.Crashes;

/// <summary>
/// An effect that took place: its kind, what it was done to, and the how manieth of this kind on this it was. Counted by
/// what it was done to, a point is the same in each run, however the threads took turns.
/// </summary>
/// <param name="Name">`store`, `alias`, `audit`, `receipt`, `send`, `complete`, `abandon`, `commit`, `issue`, `pull`, `check` or `comment`.</param>
/// <param name="Detail">The blob, the id of the fact, the queue and key of the message, or the subject of the commit.</param>
/// <param name="Occurrence">Counts from 1.</param>
internal sealed record CrashPoint(string Name, string Detail, int Occurrence)
{
    /// <summary>Reads `NAME DETAIL#OCCURRENCE`.</summary>
    public static CrashPoint Parse(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        int mark = text.LastIndexOf('#');
        return space > 0 && mark > space && int.TryParse(text[(mark + 1)..], CultureInfo.InvariantCulture, out int occurrence)
            ? new CrashPoint(text[..space], text[(space + 1)..mark], occurrence)
            : throw new FormatException($"'{text}' is no crash point: NAME DETAIL#OCCURRENCE");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} {Detail}#{Occurrence}");
}
