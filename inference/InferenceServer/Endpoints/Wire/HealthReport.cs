namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record HealthReport(string Status, string Model, string Version, string? Digest, string Slot)
{
    public static HealthReport Of(ServedModel served, string status) => new(status, served.Name, served.Version, served.Digest, served.Slot);
}
