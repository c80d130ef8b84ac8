namespace LlmOps.Inference.Engine;

/// <summary>A request in the engine's hands, of whichever kind: what it takes to let it wait, to give it up and to end it.</summary>
/// <param name="arrivedAt">Timestamp of the clock at arrival.</param>
/// <param name="cancelled">Tells that nobody waits for it any more.</param>
internal abstract class EngineRequest(long arrivedAt, CancellationToken cancelled)
{
    /// <summary>Requests of a lower number go first.</summary>
    public virtual int Priority => 0;

    /// <summary>Tokens that it brings.</summary>
    public abstract int TokenCount { get; }

    /// <summary>Timestamp of the clock at arrival.</summary>
    public long ArrivedAt => arrivedAt;

    public CancellationToken Cancelled => cancelled;

    /// <summary>When the work began and when tokens came; null before it began.</summary>
    public RequestClock? Times { get; set; }

    /// <summary>Tells its caller that it has ended.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="generated">Tokens generated.</param>
    /// <param name="error">What its caller is to be told, where it has no answer.</param>
    public abstract void End(FinishReason reason, int generated, Exception? error = null);
}
