namespace LlmOps.LocalHost.Cluster;

/// <summary>When the API was last called by somebody who steers; Prometheus' scrapes do not count.</summary>
internal sealed class CallClock(TimeProvider clock)
{
    private long last = clock.GetTimestamp();

    /// <summary>How long nobody has called.</summary>
    public TimeSpan Quiet => clock.GetElapsedTime(Interlocked.Read(ref last));

    public void Stamp() => Interlocked.Exchange(ref last, clock.GetTimestamp());
}
