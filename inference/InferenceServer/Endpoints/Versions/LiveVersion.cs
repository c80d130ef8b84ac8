using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>Knows the version that new requests are answered by, if there is one, and exchanges it in one step.</summary>
internal sealed class LiveVersion
{
    private readonly VersionMetrics _metrics;
    private ServedVersion? _current;
    private ServedVersion? _last;

    /// <summary>Why there is none, once one has served.</summary>
    public const string Unloaded = "it was unloaded on request";

    /// <param name="modelName">The model's name as far as it is known before a version is there.</param>
    /// <param name="slot">The slot that this process fills.</param>
    /// <param name="metrics">Where versions are counted.</param>
    public LiveVersion(string modelName, string slot, VersionMetrics metrics) => (ModelName, Slot, _metrics) = (modelName, slot, metrics);

    /// <summary>Name of the model; every version that this process serves is one of it.</summary>
    public string ModelName { get; private set; }

    /// <summary>The slot that this process fills.</summary>
    public string Slot { get; }

    /// <summary>Why there is none, where there is none.</summary>
    public string Absence => LastServed is null ? "it is being fetched" : Unloaded;

    /// <summary>To look at. Who is about to ask its engine takes a lease.</summary>
    public ServedVersion? Current => Volatile.Read(ref _current);

    /// <summary>The version that serves, or served before it was unloaded; null while the first is being fetched.</summary>
    public ServedVersion? LastServed => Volatile.Read(ref _last);

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
            ModelName = next.Model.Name;
            _metrics.Expose(next.Metrics);
        }
        ServedVersion? former = Interlocked.Exchange(ref _current, next);
        // Last, since who sees one that has served may load another.
        if (next is not null) Volatile.Write(ref _last, next);
        return former;
    }
}
