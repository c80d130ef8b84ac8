using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Cluster;

/// <summary>Ends a cluster that nobody needs: its parent is gone and no other control plane has taken over.</summary>
internal sealed class ParentGuard(int parent, TimeSpan orphanedFor, CallClock calls, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Returns when the parent has been gone, and the API quiet, for long enough; throws when cancelled.</summary>
    public async Task Orphaned(CancellationToken cancellation)
    {
        long? born = ProcFs.StartTime(parent);
        long seen = clock.GetTimestamp();
        while (clock.GetElapsedTime(seen) < orphanedFor || calls.Quiet < orphanedFor)
        {
            await Task.Delay(Interval, clock, cancellation);
            if (born is not null && ProcFs.StartTime(parent) == born)
            {
                seen = clock.GetTimestamp();
            }
        }
    }
}
