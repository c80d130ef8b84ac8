namespace LlmOps.Inference.Engine;

/// <summary>What became of a request: taken, or refused because too many wait.</summary>
/// <param name="Taken">The request in the engine's hands, or null.</param>
/// <param name="RetryAfter">When a refused one may be worth trying again.</param>
internal readonly record struct Submission<T>(T? Taken, TimeSpan RetryAfter)
    where T : EngineRequest;
