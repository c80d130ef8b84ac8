namespace LlmOps.Inference.Endpoints.Wire;

/// <summary>A fault to show on purpose: which, for what share of the requests (0 to 1), and by how many milliseconds slower.</summary>
internal sealed record FaultSetting(string Mode, double Rate, int DelayMs);
