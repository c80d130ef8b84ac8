namespace LlmOps.LocalHost.Cluster.Pods;

/// <summary>How long a kubelet waits to restart a crashed container: 10 s, 20 s, 40 s … 5 min; anew after 10 good minutes.</summary>
internal sealed class CrashLoopBackOff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(10);

    private TimeSpan next = First;

    /// <summary>The delay after a run that lasted <paramref name="ran"/>.</summary>
    public TimeSpan After(TimeSpan ran)
    {
        TimeSpan delay = ran >= Good ? First : next;
        next = delay * 2 < Longest ? delay * 2 : Longest;
        return delay;
    }
}
