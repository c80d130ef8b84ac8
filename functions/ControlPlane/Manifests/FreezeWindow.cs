using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace LlmOps.Manifests;

/// <summary>
/// A time in which nothing is rolled out, by the clock on the wall of a place: from a time of day to another (past midnight
/// when the second is not later), on some days of the week or all; or once, from a date and time to another.
/// </summary>
public sealed record FreezeWindow
{
    private const string TimeForm = "HH:mm";
    private const string DateForm = "yyyy-MM-dd'T'HH:mm";

    /// <summary>`18:00`, or `2026-12-23T18:00`.</summary>
    public string From { get; init; } = "";

    /// <summary>`08:00`, or `2027-01-02T08:00`; the first minute that is free again.</summary>
    public string To { get; init; } = "";

    /// <summary>The days on which a window of times begins; all when none is named.</summary>
    public List<DayOfWeek> Days { get; init; } = [];

    /// <summary>The place, as the IANA time zone database calls it.</summary>
    public string Timezone { get; init; } = "UTC";

    /// <summary>
    /// Whether a moment is within. The moment is turned into the wall's time, which is always one; so an hour that the
    /// clocks repeat counts both times, and one that they skip is skipped.
    /// </summary>
    public bool Contains(DateTimeOffset now)
    {
        DateTime wall = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(Timezone)).DateTime;
        if (TryDate(From, out DateTime first) && TryDate(To, out DateTime last))
        {
            return first <= wall && wall < last;
        }
        (TimeOnly from, TimeOnly to, TimeOnly time) = (Time(From), Time(To), TimeOnly.FromDateTime(wall));
        return from < to
            ? Begins(wall) && from <= time && time < to
            : (Begins(wall) && from <= time) || (Begins(wall.AddDays(-1)) && time < to);
    }

    public override string ToString() =>
        $"{From} to {To} {Timezone}{(Days.Count == 0 ? "" : $" on {string.Join(", ", Days)}")}";

    internal IEnumerable<string> Problems()
    {
        bool dates = TryDate(From, out DateTime first) & TryDate(To, out DateTime last);
        if (!dates && !(TryTime(From, out _) && TryTime(To, out _)))
        {
            yield return $"freeze: from '{From}' and to '{To}' must both be times such as 18:00, or both dates such as 2026-12-23T18:00";
        }
        if (dates && (first >= last || Days is { Count: > 0 }))
        {
            yield return $"freeze: {From} must lie before {To}, and dates take no days";
        }
        if (Days is null || Days.Any(day => !Enum.IsDefined(day)) || !TimeZoneInfo.TryFindSystemTimeZoneById(Timezone ?? "", out _))
        {
            yield return $"freeze: '{Timezone}' must be a time zone such as Europe/Berlin, and days a list such as [friday, saturday]";
        }
    }

    private bool Begins(DateTime wall) => Days.Count == 0 || Days.Contains(wall.DayOfWeek);

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, TimeForm, CultureInfo.InvariantCulture);

    private static bool TryTime(string? text, out TimeOnly time) => TimeOnly.TryParseExact(text, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    private static bool TryDate(string? text, out DateTime date) => DateTime.TryParseExact(text, DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}

/// <summary>How many rollbacks of a model, within which time, freeze it until a person lifts that.</summary>
public sealed record FreezeAfter
{
    [Range(1, 100)] public int Rollbacks { get; init; } = 2;

    public TimeSpan Within { get; init; } = TimeSpan.FromHours(24);
}
