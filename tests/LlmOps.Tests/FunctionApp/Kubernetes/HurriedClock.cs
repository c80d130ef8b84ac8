namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>A clock on which waits of up to a minute are over at once, and are noted; longer ones never end.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private readonly Lock gate = new();
    private DateTimeOffset now = new(2026, 8, 22, 10, 0, 0, TimeSpan.Zero);

    public List<TimeSpan> Waits { get; } = [];

    /// <summary>Runs when a wait is over, as what others do meanwhile.</summary>
    public Action? Meanwhile { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

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
        if (dueTime >= TimeSpan.Zero && dueTime <= TimeSpan.FromMinutes(1))
        {
            lock (gate)
            {
                now += dueTime;
                Waits.Add(dueTime);
            }
            ThreadPool.QueueUserWorkItem(_ =>
            {
                Meanwhile?.Invoke();
                callback(state);
            });
        }
        return new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
