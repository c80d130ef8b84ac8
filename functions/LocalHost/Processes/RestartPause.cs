namespace LlmOps.LocalHost.Processes;

/// <summary>
/// How long to wait before what died is started again: <paramref name="first"/>, then twice as long each time up to
/// <paramref name="longest"/>; anew after a run of at least <paramref name="good"/>.
/// </summary>
internal sealed class RestartPause(TimeSpan first, TimeSpan longest, TimeSpan good)
{
    private TimeSpan? next;

    /// <summary>A program of the stack: 1 s, 2 s, 4 s … 30 s; anew after a good minute.</summary>
    public static RestartPause OfProgram() => new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));

    /// <summary>A container, as a kubelet does it (CrashLoopBackOff): 10 s, 20 s, 40 s … 5 min; anew after 10 good minutes.</summary>
    public static RestartPause OfContainer() => new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10));

    /// <summary>The pause after a run that lasted <paramref name="ran"/>.</summary>
    public TimeSpan After(TimeSpan ran)
    {
        TimeSpan pause = ran >= good ? first : next ?? first;
        next = pause * 2 < longest ? pause * 2 : longest;
        return pause;
    }
}
