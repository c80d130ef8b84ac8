using System.Collections.Immutable;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>The ready pods of a slot's Service: a snapshot that is swapped whole and taken in turns.</summary>
internal sealed class EndpointSlice(string slot, RequestSeries series)
{
    private volatile Snapshot now = new([], series);
    private uint turn;

    public string Slot => slot;

    /// <summary>The counters of the version that the slot was told to run, for requests that reach no pod.</summary>
    public RequestSeries Series => now.Series;

    public void Publish(ImmutableArray<PodEndpoint> ready, RequestSeries current) => now = new(ready, current);

    /// <summary>The next endpoint, or null when none is ready.</summary>
    public PodEndpoint? Next()
    {
        ImmutableArray<PodEndpoint> ready = now.Ready;
        return ready.IsEmpty ? null : ready[(int)(Interlocked.Increment(ref turn) % (uint)ready.Length)];
    }

    private sealed record Snapshot(ImmutableArray<PodEndpoint> Ready, RequestSeries Series);
}
