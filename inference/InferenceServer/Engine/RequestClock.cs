using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>Measures one request from its arrival on. The engine's thread writes; others read it once the request has ended.</summary>
internal sealed class RequestClock
{
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly TurnTokens? _turn;
    private readonly long _arrivedAt;
    private bool _ran;
    private long _lastStepAt;

    /// <summary>Begins with the work on a request.</summary>
    /// <param name="metrics">What it is recorded in.</param>
    /// <param name="clock">Source of its timestamps.</param>
    /// <param name="arrivedAt">Timestamp of the request's arrival.</param>
    /// <param name="turn">What adds up the tokens of a turn.</param>
    public RequestClock(ServerMetrics metrics, TimeProvider clock, long arrivedAt, TurnTokens? turn = null)
    {
        (_metrics, _clock, _arrivedAt, _turn) = (metrics, clock, arrivedAt, turn);
        StartedAt = clock.GetTimestamp();
        metrics.Times.Queue.Observe(clock.GetElapsedTime(arrivedAt, StartedAt).TotalSeconds);
    }

    /// <summary>Timestamp of the start of work.</summary>
    public long StartedAt { get; }

    /// <summary>Timestamp of the first token; meaningless before there is one.</summary>
    public long FirstTokenAt { get; private set; }

    /// <summary>Timestamp of the last token so far; meaningless before there is one.</summary>
    public long LastTokenAt { get; private set; }

    /// <summary>From the first token to the last so far.</summary>
    public TimeSpan Decoding => _clock.GetElapsedTime(FirstTokenAt, LastTokenAt);

    public TimeSpan Elapsed => _clock.GetElapsedTime(_arrivedAt);

    /// <summary>Records a step of the model.</summary>
    /// <param name="ran">Tokens that it ran through the model.</param>
    /// <param name="generated">Tokens generated so far.</param>
    public void Stepped(int ran, int generated)
    {
        long now = _clock.GetTimestamp();
        (_ran, _lastStepAt) = (true, now);
        _turn?.Add(ran);
        if (generated == 0) return;
        _metrics.GenerationTokens.Add(1);
        if (generated == 1) FirstTokenAt = now;
        if (generated == 1) _metrics.Times.ToFirstToken.Observe(_clock.GetElapsedTime(_arrivedAt, now).TotalSeconds);
        else _metrics.Times.InterToken.Observe(_clock.GetElapsedTime(LastTokenAt, now).TotalSeconds);
        LastTokenAt = now;
    }

    /// <summary>Records the end of the request.</summary>
    /// <param name="reason">Why it ended.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="generated">Tokens generated.</param>
    public void Ended(FinishReason reason, int prompt, int generated)
    {
        _metrics.Prompts.Asked(prompt);
        _metrics.RequestGenerationTokens.Observe(generated);
        double decoded = Decoding.TotalSeconds;
        if (generated > 1) _metrics.Times.PerOutputToken.Observe(decoded / (generated - 1));
        if (generated > 0) _metrics.Times.Prefill.Observe(_clock.GetElapsedTime(StartedAt, FirstTokenAt).TotalSeconds);
        if (generated > 0) _metrics.Times.Decode.Observe(decoded);
        if (_ran) _metrics.Times.Inference.Observe(_clock.GetElapsedTime(StartedAt, _lastStepAt).TotalSeconds);
        _metrics.Times.EndToEnd.Observe(Elapsed.TotalSeconds);
        _metrics.Finished.Add(1, reason.ToString().ToLowerInvariant());
    }
}
