using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>Knows the version that new requests are answered by, if there is one, and exchanges it in one step.</summary>
internal sealed class LiveVersion
{
    private readonly VersionMetrics _metrics;
    private ServedVersion? _current;
    private ServedVersion _last;

    /// <summary>Why there is none.</summary>
    public const string Unloaded = "it was unloaded on request";

    public LiveVersion(ServedVersion first, VersionMetrics metrics)
    {
        (_metrics, _last) = (metrics, first);
        (ModelName, Slot) = (first.Model.Name, first.Model.Slot);
        Exchange(first);
    }

    /// <summary>Name of the model; every version that this process serves is one of it.</summary>
    public string ModelName { get; }

    /// <summary>The slot that this process fills.</summary>
    public string Slot { get; }

    /// <summary>To look at. Who is about to ask its engine takes a lease.</summary>
    public ServedVersion? Current => Volatile.Read(ref _current);

    /// <summary>The version that serves, or served before it was unloaded.</summary>
    public ServedVersion LastServed => Volatile.Read(ref _last);

    /// <summary>The version for one request, or null where none is loaded.</summary>
    public VersionLease? Lease()
    {
        while (Current is { } version)
        {
            // One that was just retired has a successor already, or none.
            if (version.TryLease() is { } lease) return lease;
            if (Current == version) return null;
        }
        return null;
    }

    /// <summary>Lets new requests be answered by another version, or by none; returns the former.</summary>
    public ServedVersion? Exchange(ServedVersion? next)
    {
        if (next is not null)
        {
            _metrics.Expose(next.Metrics);
            Volatile.Write(ref _last, next);
        }
        return Interlocked.Exchange(ref _current, next);
    }
}
