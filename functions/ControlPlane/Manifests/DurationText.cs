using System.Globalization;

namespace LlmOps.Manifests;

/// <summary>Durations in words for people: `15 s`, `10 min`, `1 h 30 min`.</summary>
public static class DurationText
{
    public static string Of(TimeSpan duration)
    {
        if (duration < TimeSpan.FromMinutes(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.###} s");
        }
        (int Count, string Unit)[] parts = [((int)duration.TotalHours, "h"), (duration.Minutes, "min"), (duration.Seconds, "s")];
        return string.Join(' ', parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.Unit}"));
    }
}
