namespace LlmOps.Inference.Engine;

/// <summary>Bounds of the engine.</summary>
/// <param name="Threads">Threads that share one operator of the model, at least 1.</param>
/// <param name="MaxQueue">Requests that may wait, at least 1; one more is refused.</param>
/// <param name="RequestTimeout">Longest time from arrival to the last token.</param>
internal sealed record EngineOptions(int Threads, int MaxQueue, TimeSpan RequestTimeout);
