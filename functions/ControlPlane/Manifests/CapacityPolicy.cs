namespace LlmOps.Manifests;

/// <summary>Which pool of GPU nodes a model's slots run on, and how many nodes there may and must be.</summary>
public sealed record CapacityPolicy
{
    public string Pool { get; init; } = "";

    /// <summary>The most nodes that releases may ask for; champion and candidate run at the same time (1 to 1000).</summary>
    public int MaxNodes { get; init; }

    /// <summary>The least nodes at any time (0 to <see cref="MaxNodes"/>).</summary>
    public int MinNodes { get; init; }

    /// <summary>How long a release waits for its nodes before a person is needed.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The time zone of the schedule, as the IANA names it.</summary>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Times of day with more nodes than <see cref="MinNodes"/>.</summary>
    public List<CapacityWindow> Schedule { get; init; } = [];

    /// <summary>
    /// The least nodes at a moment. The wall clock decides: an hour that a change of the clocks skips does not come, one that
    /// it repeats counts both times.
    /// </summary>
    public int FloorAt(DateTimeOffset now)
    {
        DateTime local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(TimeZone)).DateTime;
        return Schedule.Where(window => window.Covers(local)).Select(window => window.MinNodes).Append(MinNodes).Max();
    }

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrEmpty(Pool) || Pool.Length > 63 || !Pool.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            yield return "capacity.pool must be the name of a node pool: lower-case letters, digits and hyphens";
        }
        if (MaxNodes is < 1 or > 1000)
        {
            yield return "capacity.max_nodes must be 1 to 1000";
        }
        if (MinNodes < 0 || MinNodes > MaxNodes)
        {
            yield return "capacity.min_nodes must be 0 to max_nodes";
        }
        if (Deadline <= TimeSpan.Zero)
        {
            yield return "capacity.deadline must be above 0s";
        }
        if (TimeZone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return $"capacity.time_zone '{TimeZone}' is not known here; give one such as Europe/Berlin";
        }
        foreach (string problem in Schedule is null ? ["capacity.schedule needs a value"] : Schedule.SelectMany(window => CapacityWindow.Problems(window, MaxNodes)))
        {
            yield return problem;
        }
    }
}
