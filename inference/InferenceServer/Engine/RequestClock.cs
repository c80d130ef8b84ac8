using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>Measures one request from its arrival on.</summary>
internal sealed class RequestClock
{
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly long _arrivedAt;
    private long _firstTokenAt;
    private long _lastTokenAt;

    public RequestClock(ServerMetrics metrics, TimeProvider clock, long arrivedAt)
    {
        (_metrics, _clock, _arrivedAt) = (metrics, clock, arrivedAt);
        metrics.QueueTime.Observe(Elapsed.TotalSeconds);
    }

    public TimeSpan Elapsed => _clock.GetElapsedTime(_arrivedAt);

    /// <summary>Records a step of the model.</summary>
    /// <param name="generated">Tokens generated so far.</param>
    public void Stepped(int generated)
    {
        if (generated == 0) return;
        long now = _clock.GetTimestamp();
        _metrics.GenerationTokens.Add(1);
        if (generated == 1) _firstTokenAt = now;
        if (generated == 1) _metrics.TimeToFirstToken.Observe(_clock.GetElapsedTime(_arrivedAt, now).TotalSeconds);
        else _metrics.InterTokenLatency.Observe(_clock.GetElapsedTime(_lastTokenAt, now).TotalSeconds);
        _lastTokenAt = now;
    }

    /// <summary>Records the end of the request.</summary>
    /// <param name="reason">Why it ended.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="generated">Tokens generated.</param>
    public void Ended(FinishReason reason, int prompt, int generated)
    {
        _metrics.PromptTokens.Add(prompt);
        _metrics.RequestPromptTokens.Observe(prompt);
        _metrics.RequestGenerationTokens.Observe(generated);
        if (generated > 1) _metrics.TimePerOutputToken.Observe(_clock.GetElapsedTime(_firstTokenAt, _lastTokenAt).TotalSeconds / (generated - 1));
        _metrics.RequestLatency.Observe(Elapsed.TotalSeconds);
        _metrics.Finished.Add(1, reason.ToString().ToLowerInvariant());
    }
}
