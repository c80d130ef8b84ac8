namespace LlmOps.Tests.Fakes;

/// <summary>A clock that only moves when a test moves it, and then rings the timers that came due, in order.</summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2026, 8, 22, 10, 0, 0, TimeSpan.Zero);

    private readonly Lock gate = new();
    private readonly List<Alarm> alarms = [];
    private DateTimeOffset now = start;

    public ManualClock()
        : this(Start)
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public DateTimeOffset Now => GetUtcNow();

    /// <summary>How many timers are waiting.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return alarms.Count(alarm => alarm.DueAt < DateTimeOffset.MaxValue);
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate)
        {
            return now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Alarm alarm = new(this, () => callback(state));
        alarm.Change(dueTime, period);
        lock (gate)
        {
            alarms.Add(alarm);
        }
        return alarm;
    }

    /// <summary>Moves the clock on, through every timer that comes due on the way.</summary>
    public void Advance(TimeSpan by)
    {
        DateTimeOffset end = GetUtcNow() + by;
        while (NextUntil(end) is { } alarm)
        {
            alarm.Ring();
        }
        lock (gate)
        {
            now = end;
        }
    }

    /// <summary>Waits until code under test waits for this clock, then moves it on.</summary>
    public async Task AdvanceOnceAwaited(TimeSpan by)
    {
        await Eventually.True(() => Waiting > 0);
        Advance(by);
    }

    private Alarm? NextUntil(DateTimeOffset end)
    {
        lock (gate)
        {
            Alarm? next = alarms.MinBy(alarm => alarm.DueAt);
            if (next is null || next.DueAt > end)
            {
                return null;
            }
            now = next.DueAt > now ? next.DueAt : now;
            next.Rearm();
            return next;
        }
    }

    private sealed class Alarm(ManualClock clock, Action ring) : ITimer
    {
        private TimeSpan every;

        public DateTimeOffset DueAt { get; private set; } = DateTimeOffset.MaxValue;

        public void Ring() => ring();

        public void Rearm() => DueAt = every > TimeSpan.Zero ? DueAt + every : DateTimeOffset.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                every = period;
                DueAt = dueTime < TimeSpan.Zero ? DateTimeOffset.MaxValue : clock.now + dueTime;
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
