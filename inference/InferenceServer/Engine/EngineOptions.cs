using LlmOps.Inference.Models.Devices;

namespace LlmOps.Inference.Engine;

/// <summary>Bounds of the engine.</summary>
/// <param name="Threads">Threads that share one operator of the model, at least 1.</param>
/// <param name="Rows">Requests that are worked on at a time, at least 1.</param>
/// <param name="MaxQueue">Requests that may wait, at least 1; one more is refused.</param>
/// <param name="MaxQueuedTokens">Prompt tokens that may wait, unless one request alone has more.</param>
/// <param name="MaxWait">Longest wait for a row; a request that has waited longer is refused.</param>
/// <param name="RequestTimeout">Longest time from arrival to the last token.</param>
internal sealed record EngineOptions(int Threads, int Rows, int MaxQueue, long MaxQueuedTokens, TimeSpan MaxWait, TimeSpan RequestTimeout)
{
    /// <summary>What models compute on.</summary>
    public ComputeDevice Device { get; init; } = ComputeDevice.Processor;
}
