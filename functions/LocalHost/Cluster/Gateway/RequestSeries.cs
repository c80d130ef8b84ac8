namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>Whose requests: empty for a slot and version that no request reached.</summary>
internal readonly record struct SeriesKey(string Model, string Slot, string Version);

/// <summary>The counters of one model, slot and version: requests by code, and how long they took. Written without locks.</summary>
internal sealed class RequestSeries(SeriesKey key)
{
    /// <summary>Upper bounds of the buckets in seconds; the rules' threshold is one of them.</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32];

    /// <summary>Codes whose series exist from the start at 0, so that the first such answer is an increase and not a birth.</summary>
    private static readonly int[] CodesFromTheStart = [200, 500, 502, 503, 504];

    private readonly long[] codes = new long[600];
    private readonly long[] buckets = new long[Bounds.Length + 1];
    private long nanoseconds;

    public SeriesKey Key => key;

    public double SumSeconds => Interlocked.Read(ref nanoseconds) / 1e9;

    public void Count(int code, TimeSpan took)
    {
        Interlocked.Increment(ref codes[Math.Clamp(code, 0, codes.Length - 1)]);
        int bucket = Array.FindIndex(Bounds, bound => took.TotalSeconds <= bound);
        Interlocked.Increment(ref buckets[bucket < 0 ? Bounds.Length : bucket]);
        Interlocked.Add(ref nanoseconds, (long)took.TotalNanoseconds);
    }

    /// <summary>Requests by code: those that occurred, and those that are shown from the start.</summary>
    public IEnumerable<(int Code, long Count)> ByCode() => codes
        .Select((_, code) => (Code: code, Count: Interlocked.Read(ref codes[code])))
        .Where(entry => entry.Count > 0 || CodesFromTheStart.Contains(entry.Code));

    /// <summary>Requests by bucket, not cumulated; the last is beyond every bound.</summary>
    public long[] ByBucket() => [.. buckets.Select((_, bucket) => Interlocked.Read(ref buckets[bucket]))];
}
