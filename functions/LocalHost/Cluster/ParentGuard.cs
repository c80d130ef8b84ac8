using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Cluster;

/// <summary>Ends a cluster that nobody needs: its parent is gone and no other control plane has taken over. Without a parent it never does.</summary>
internal sealed class ParentGuard
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly TimeSpan orphanedFor;
    private readonly TimeProvider clock;
    private volatile Parent? parent;

    public ParentGuard(int? parent, TimeSpan orphanedFor, TimeProvider clock)
    {
        (this.orphanedFor, this.clock) = (orphanedFor, clock);
        this.parent = parent is { } pid ? Parent.Of(pid) : null;
        Calls = new CallClock(clock);
    }

    /// <summary>When somebody who steers called last.</summary>
    public CallClock Calls { get; }

    /// <summary>Takes another parent in the place of the one that is gone.</summary>
    public void Adopt(int pid)
    {
        if (parent is not null)
        {
            parent = Parent.Of(pid);
        }
    }

    /// <summary>Returns when the parent has been gone, and the API quiet, for long enough; throws when cancelled.</summary>
    public async Task Orphaned(CancellationToken cancellation)
    {
        long seen = clock.GetTimestamp();
        while (clock.GetElapsedTime(seen) < orphanedFor || Calls.Quiet < orphanedFor)
        {
            await Task.Delay(Interval, clock, cancellation);
            if (parent is null or { Runs: true })
            {
                seen = clock.GetTimestamp();
            }
        }
    }

    private sealed record Parent(int Pid, long? Born)
    {
        public bool Runs => Born is not null && ProcFs.StartTime(Pid) == Born;

        public static Parent Of(int pid) => new(pid, ProcFs.StartTime(pid));
    }
}
