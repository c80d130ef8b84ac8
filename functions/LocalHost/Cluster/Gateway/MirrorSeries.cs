namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>The counters of the copies that a slot and version got: no user met these answers, so they are counted for themselves.</summary>
internal sealed class MirrorSeries(SeriesKey key)
{
    private long dropped;

    /// <summary>Copies by the code of their answer.</summary>
    public RequestSeries Answers { get; } = new(key);

    /// <summary>Copies that were not sent: too many were on their way, or their body was too large or broke off.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public void Drop() => Interlocked.Increment(ref dropped);
}
