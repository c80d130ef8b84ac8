namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record ModelList(string Object, IReadOnlyList<ModelCard> Data);

internal sealed record ModelCard(string Id, string Object, long Created, string OwnedBy, string Version, string? Digest, int MaxModelLen);

internal sealed record Readiness(string Status, string Model, string Version, string? Digest, string Slot);

/// <summary>A fault to show on purpose: which, for what share of the requests (0 to 1), and by how many milliseconds slower.</summary>
internal sealed record FaultSetting(string Mode, double Rate, int DelayMs);
