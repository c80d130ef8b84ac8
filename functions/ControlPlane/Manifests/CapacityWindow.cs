using System.Globalization;

namespace LlmOps.Manifests;

/// <summary>A time of day on some days of the week with at least so many nodes. A window that ends before it begins goes on into the next day.</summary>
public sealed record CapacityWindow
{
    private static readonly string[] Week = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public string From { get; init; } = "";

    public string To { get; init; } = "";

    /// <summary>The days on which it begins, as `mon` or `sun`; every day without it.</summary>
    public List<string> Days { get; init; } = [.. Week];

    public int MinNodes { get; init; }

    internal bool Covers(DateTime local)
    {
        (TimeOnly from, TimeOnly to, TimeOnly at) = (Time(From)!.Value, Time(To)!.Value, TimeOnly.FromDateTime(local));
        return from < to
            ? at >= from && at < to && On(local)
            : (at >= from && On(local)) || (at < to && On(local.AddDays(-1)));
    }

    internal static IEnumerable<string> Problems(CapacityWindow? window, int maxNodes)
    {
        if (window is null || Time(window.From) is null || Time(window.To) is null || window.From == window.To)
        {
            yield return "capacity.schedule: 'from' and 'to' must be two times such as 08:00";
        }
        if (window is { Days: null } || window?.Days.Except(Week).Any() == true)
        {
            yield return $"capacity.schedule: 'days' are {string.Join(", ", Week)}";
        }
        if (window is not null && (window.MinNodes < 0 || window.MinNodes > maxNodes))
        {
            yield return "capacity.schedule: min_nodes must be 0 to max_nodes";
        }
    }

    private bool On(DateTime local) => Days.Contains(Week[(int)local.DayOfWeek]);

    private static TimeOnly? Time(string? text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time) ? time : null;
}
