namespace LlmOps.Inference.Telemetry;

/// <summary>What can be read of an engine at any time.</summary>
/// <param name="Running">Requests being worked on.</param>
/// <param name="Waiting">Requests in the queue.</param>
/// <param name="CacheUsage">Used share of the key-value cache, 0 to 1.</param>
internal sealed record EngineGauges(Func<double> Running, Func<double> Waiting, Func<double> CacheUsage);
