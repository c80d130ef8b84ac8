using System.Text.Json.Serialization;
using LlmOps.Inference.Endpoints.Versions;

namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record HealthReport(string Status, string Model, string? Version, string? Digest, string Slot)
{
    /// <summary>Why nothing is served, if so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>The change of the version that is under way, or the last one if it was refused.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public VersionChange? Change { get; init; }

    public static HealthReport Of(LiveVersion live, string status)
    {
        ServedModel? served = live.Current?.Model;
        return new HealthReport(status, live.ModelName, served?.Version, served?.Digest, live.Slot);
    }
}
