using System.Text.Json.Serialization;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Models.Fetching;

namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record HealthReport(string Status, string Model, string? Version, string? Digest, string Slot)
{
    /// <summary>Why nothing is served, if so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The change of the version that is under way, or the last one if it was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VersionChange? Change { get; init; }

    /// <summary>Bytes of the version that are here, while it is fetched.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Bytes { get; init; }

    /// <summary>Bytes of the version, while it is fetched; 0 until that is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Total { get; init; }

    public static HealthReport Of(LiveVersion live, string status)
    {
        ServedModel? served = live.Current?.Model;
        return new HealthReport(status, live.ModelName, served?.Version, served?.Digest, live.Slot);
    }

    public static HealthReport Of(LiveVersion live, FetchState fetching) => Of(live, "downloading") with { Bytes = fetching.Bytes, Total = fetching.Total };
}
