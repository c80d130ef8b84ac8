namespace LlmOps.Inference.Telemetry;

/// <summary>
/// What is counted of each version that this process has served. A version that comes back goes on with its counts, and the counts
/// of one that has gone stay long enough to be read.
/// </summary>
internal sealed class VersionMetrics
{
    // Bounds what a scrape has to read in a process that many versions have passed.
    private const int Kept = 8;

    private readonly Lock _lock = new();
    private ServerMetrics[] _newestFirst = [];

    /// <summary>Of the version that was served last; null before the first.</summary>
    public ServerMetrics? Newest => Volatile.Read(ref _newestFirst).FirstOrDefault();

    /// <summary>The counts of a version; new ones are not exposed yet.</summary>
    public ServerMetrics Of(string model, string version, string slot) =>
        Array.Find(Volatile.Read(ref _newestFirst), known => known.Model == model && known.Version == version) ?? new ServerMetrics(model, version, slot);

    /// <summary>Exposes the counts of a version that begins to serve.</summary>
    public void Expose(ServerMetrics metrics)
    {
        lock (_lock) Volatile.Write(ref _newestFirst, [metrics, .. _newestFirst.Where(other => other != metrics).Take(Kept - 1)]);
    }

    /// <summary>All series in Prometheus' text format.</summary>
    public string Exposition() => ServerMetrics.Exposition(Volatile.Read(ref _newestFirst));
}
