using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints.Cache;

/// <summary>Where the answer to a request is looked for and kept.</summary>
/// <param name="Hash">Of all that decides the answer.</param>
/// <param name="Metrics">Counts for the version that answers.</param>
internal sealed record CachePlace(string Hash, ServerMetrics Metrics);
