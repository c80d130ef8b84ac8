namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>Lets one change of the version go on at a time, and tells how it goes.</summary>
internal sealed class OneChange
{
    private VersionChange? _last;
    private int _underWay;

    /// <summary>The change under way, or the last one if it was refused; null when there is nothing to tell.</summary>
    public VersionChange? Last => Volatile.Read(ref _last);

    public bool UnderWay => Volatile.Read(ref _underWay) == 1;

    /// <summary>Begins a change; false while another is under way.</summary>
    public bool TryBegin(VersionChange change)
    {
        if (Interlocked.Exchange(ref _underWay, 1) == 1) return false;
        Report(change);
        return true;
    }

    public void Report(VersionChange change) => Volatile.Write(ref _last, change);

    /// <summary>Ends the change; a refusal stays to be read until the next one.</summary>
    public void End(string? refusal)
    {
        Volatile.Write(ref _last, refusal is null ? null : _last! with { State = VersionChange.Refused, Reason = refusal });
        Volatile.Write(ref _underWay, 0);
    }
}
