namespace LlmOps.Inference.Models.Fetching;

/// <summary>How far a download is; read while it goes on.</summary>
internal sealed class FetchProgress
{
    private readonly Lock _gate = new();
    private FetchState? _now;

    /// <summary>The version that is being fetched and its bytes; null before and after.</summary>
    public FetchState? Now
    {
        get
        {
            lock (_gate) return _now;
        }
    }

    /// <summary>Says that a version is being fetched whose files are not known yet.</summary>
    public void Begin() => Set(_ => new FetchState(0, 0, 0));

    public void Expect(long total) => Set(now => now! with { Total = total });

    /// <summary>Counts bytes that came just now.</summary>
    public void Receive(long bytes) => Set(now => now is null ? null : now with { Bytes = now.Bytes + bytes, Received = now.Received + bytes });

    /// <summary>Counts bytes that were there before, or, below zero, that count no more.</summary>
    public void Keep(long bytes) => Set(now => now is null ? null : now with { Bytes = now.Bytes + bytes });

    public void End() => Set(_ => null);

    private void Set(Func<FetchState?, FetchState?> change)
    {
        lock (_gate) _now = change(_now);
    }
}

/// <summary>A download under way.</summary>
/// <param name="Bytes">Bytes that are there, those of earlier runs included.</param>
/// <param name="Total">Bytes of the version; 0 while they are not known.</param>
/// <param name="Received">Bytes that came in this run.</param>
internal sealed record FetchState(long Bytes, long Total, long Received);
