namespace LlmOps.LocalHost.Monitoring;

/// <summary>How long to wait before a program that died is started again: 1 s, 2 s, 4 s … 30 s; anew after a good minute.</summary>
internal sealed class RestartPause
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(1);

    private TimeSpan next = First;

    /// <summary>The pause after a run that lasted <paramref name="ran"/>.</summary>
    public TimeSpan After(TimeSpan ran)
    {
        TimeSpan pause = ran >= Good ? First : next;
        next = pause * 2 < Longest ? pause * 2 : Longest;
        return pause;
    }
}
