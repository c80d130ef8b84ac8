using NCrontab;

namespace LlmOps.LocalHost.Functions.Timers;

/// <summary>When a timer fires: a cron expression of six fields, seconds first, in UTC as on Azure.</summary>
internal sealed record Schedule(CrontabSchedule Cron)
{
    private static readonly CrontabSchedule.ParseOptions SixFields = new() { IncludingSeconds = true };

    public static Schedule Parse(string expression) => CrontabSchedule.TryParse(expression, SixFields) is { } cron
        ? new Schedule(cron)
        : throw new FormatException($"'{expression}' is not a cron expression of six fields");

    /// <summary>The first occurrence after a time.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset time) =>
        new(DateTime.SpecifyKind(Cron.GetNextOccurrence(time.UtcDateTime), DateTimeKind.Utc));
}
