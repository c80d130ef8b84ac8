namespace LlmOps.Ports;

/// <summary>What users' requests met: by slot, as the gateway counted them, and by slot and version, as the servers did.</summary>
public interface ILiveTraffic
{
    /// <summary>Reads the counters of a model's slots now. A slot without a series is absent: no data is not zero.</summary>
    Task<IReadOnlyDictionary<string, TrafficCount>> Read(string model, CancellationToken cancellation);

    /// <summary>
    /// Reads a family of counters that the model's servers expose (`model_name` is the model), summed over the servers of a
    /// slot and version and told apart by one of its labels. Empty where nobody counts it.
    /// </summary>
    Task<IReadOnlyList<ServerCounter>> ReadServers(string model, string family, string label, CancellationToken cancellation);
}

/// <summary>A counter of the servers of one slot and version: the value of the label that was asked for, and the count.</summary>
public sealed record ServerCounter(string Slot, string Version, string Label, double Value);

/// <summary>Counters since the gateway started: requests answered, and those answered with 5xx or a time-out.</summary>
public readonly record struct TrafficCount(long Requests, long Failed)
{
    /// <summary>What was counted between two readings; a counter that went back began again at zero.</summary>
    public static TrafficCount operator -(TrafficCount later, TrafficCount earlier) =>
        later.Requests < earlier.Requests || later.Failed < earlier.Failed ? later : new(later.Requests - earlier.Requests, later.Failed - earlier.Failed);

    public static TrafficCount operator +(TrafficCount a, TrafficCount b) => new(a.Requests + b.Requests, a.Failed + b.Failed);

    public static TrafficCount Add(TrafficCount left, TrafficCount right) => left + right;

    public static TrafficCount Subtract(TrafficCount left, TrafficCount right) => left - right;
}
