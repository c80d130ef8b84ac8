using LlmOps.Inference.Endpoints.Versions;

namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record HealthReport(string Status, string Model, string? Version, string? Digest, string Slot)
{
    public static HealthReport Of(LiveVersion live, string status)
    {
        ServedModel? served = live.Current?.Model;
        return new HealthReport(status, live.ModelName, served?.Version, served?.Digest, live.Slot);
    }
}
