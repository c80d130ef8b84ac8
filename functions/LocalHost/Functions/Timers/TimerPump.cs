using Microsoft.Azure.Functions.Worker;

namespace LlmOps.LocalHost.Functions.Timers;

/// <summary>Calls a timer's function at each occurrence; one that comes while the function still runs is left out.</summary>
internal sealed partial class TimerPump(
    EmbeddedFunction function, Schedule schedule, IServiceScopeFactory scopes, EmbeddedHostOptions options, TimeProvider clock, ILogger<TimerPump> logger)
    : BackgroundService
{
    // A timer of the framework cannot wait for more than 49 days, and clocks drift.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private DateTimeOffset last;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using Drain drain = new(options.Grace, clock, stoppingToken);
        if (((TimerTriggerAttribute)function.Trigger).RunOnStartup)
        {
            await Fire(drain.InHand);
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            await WaitUntil(schedule.NextAfter(clock.GetUtcNow()), stoppingToken);
            await Fire(drain.InHand);
        }
    }

    private async Task WaitUntil(DateTimeOffset due, CancellationToken stopping)
    {
        while (due - clock.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            await Task.Delay(left < LongestWait ? left : LongestWait, clock, stopping);
        }
    }

    private async Task Fire(CancellationToken inHand)
    {
        DateTimeOffset now = clock.GetUtcNow();
        ScheduleStatus status = new()
        {
            Last = last.UtcDateTime,
            Next = schedule.NextAfter(now).UtcDateTime,
            LastUpdated = now.UtcDateTime,
        };
        last = now;
        try
        {
            await function.Run(scopes, new TimerInfo { ScheduleStatus = status }, values: null, inHand);
        }
        catch (Exception exception) when (!inHand.IsCancellationRequested)
        {
            Log.Failed(logger, function.Name, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Function} failed; its next occurrence tries again")]
        public static partial void Failed(ILogger logger, string function, Exception exception);
    }
}
