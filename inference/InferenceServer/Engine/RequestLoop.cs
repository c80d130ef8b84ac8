using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>
/// Requests of one kind from their arrival to their end: taken into a bounded line or refused, given to the worker as it has room,
/// expired, ended and counted. Many threads submit; the engine's runs the rest.
/// </summary>
internal sealed partial class RequestLoop<T> : IRequestLoop
    where T : EngineRequest
{
    private readonly Func<Action<T, Exception>, IWorker<T>> _load;
    private readonly EngineOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly WaitingLine<T> _line;
    private readonly DrainRate _drain;
    private readonly Predicate<T> _mayGo;
    private int _unfinished;
    private bool _failed;
    private volatile IWorker<T>? _worker;

    /// <param name="load">Loads the model and puts a worker behind it, which tells of each request that cannot go on and why.</param>
    /// <param name="options">Bounds of the line and of times.</param>
    /// <param name="metrics">Counts of the version.</param>
    /// <param name="clock">Measures ages.</param>
    /// <param name="logger">Is told of failures.</param>
    public RequestLoop(
        Func<Action<T, Exception>, IWorker<T>> load, EngineOptions options, ServerMetrics metrics, TimeProvider clock, ILogger logger)
    {
        (_load, _options, _metrics, _clock, _logger) = (load, options, metrics, clock, logger);
        _line = new WaitingLine<T>(options.MaxQueue, options.MaxQueuedTokens);
        _drain = new DrainRate(clock);
        // Asked every turn, so it is made once.
        _mayGo = one => one.Cancelled.IsCancellationRequested || Age(one) > _options.MaxWait;
    }

    public int Running => _worker?.Count ?? 0;

    public int Waiting => _line.Count;

    public bool Idle => Volatile.Read(ref _unfinished) == 0;

    public double CacheUsage => _worker?.CacheUsage ?? 0;

    public CacheSize? Cache => _worker?.Cache;

    /// <summary>Takes a request, or refuses it where too many wait.</summary>
    /// <param name="make">Makes the request that arrives at a timestamp of the clock.</param>
    public Submission<T> Submit(Func<long, T> make)
    {
        T request = make(_clock.GetTimestamp());
        if (Interlocked.Increment(ref _unfinished) == 1) _drain.Begin();
        if (_line.TryAdd(request)) return new Submission<T>(request, TimeSpan.Zero);
        Interlocked.Decrement(ref _unfinished);
        return new Submission<T>(null, _drain.TimeFor(_line.Count + 1));
    }

    public void Run(Action<int> loaded)
    {
        TurnTokens turn = new(_metrics.TokensOfTurn);
        using IWorker<T> worker = _load(Fail);
        _worker = worker;
        loaded(worker.AtATime);
        while (worker.Count > 0 || _line.WaitForArrival())
        {
            Expire();
            Admit(worker, turn);
            worker.Turn();
            RequireDevice();
            turn.Ended();
            Release(worker);
        }
        // Counts outlive the loop and must not keep its memory.
        _worker = null;
    }

    public void Close() => _line.Close();

    public void GiveUp(Exception told)
    {
        _line.Close();
        IWorker<T>? worker = _worker;
        _worker = null;
        T[] promised = [.. Enumerable.Range(0, worker?.Count ?? 0).Select(i => worker![i]), .. _line.TakeWhere(_ => true)];
        foreach (T one in promised)
        {
            one.End(FinishReason.Error, 0, told);
            Interlocked.Decrement(ref _unfinished);
        }
    }

    // Of those who wait, the ones that need not any more; cheap where nobody does.
    private void Expire()
    {
        IReadOnlyList<T> gone = _line.TakeWhere(_mayGo);
        for (int i = 0; i < gone.Count; i++)
        {
            if (gone[i].Cancelled.IsCancellationRequested) EndWaiting(gone[i], FinishReason.Abort, null);
            else EndWaiting(gone[i], FinishReason.Error, new OverloadedException(_options.MaxWait, _drain.TimeFor(_line.Count + 1)));
        }
    }

    private void Admit(IWorker<T> worker, TurnTokens turn)
    {
        while (worker.HasRoom && _line.Take() is { } next)
        {
            try
            {
                next.Times = new RequestClock(_metrics, _clock, next.ArrivedAt, turn);
                worker.Enter(next);
            }
            catch (Exception e)
            {
                Log.RequestFailed(_logger, e);
                EndWaiting(next, FinishReason.Error, e);
            }
        }
    }

    private void Release(IWorker<T> worker)
    {
        for (int i = worker.Count - 1; i >= 0; i--)
        {
            T request = worker[i];
            if (worker.EndOf(i) is { } reason) End(request, reason);
            else if (request.Cancelled.IsCancellationRequested) End(request, FinishReason.Abort);
            else if (Age(request) > _options.RequestTimeout) Fail(request, new TimeoutException($"no answer within {_options.RequestTimeout.TotalSeconds} s"));
        }
    }

    private void Fail(T request, Exception error)
    {
        Log.RequestFailed(_logger, error);
        _failed = true;
        End(request, FinishReason.Error, error);
    }

    // A device that is lost fails every run from then on: better a new process than one that says it is ready.
    private void RequireDevice()
    {
        if (_failed) _options.Device.Finish();
        _failed = false;
    }

    private void End(T request, FinishReason reason, Exception? error = null)
    {
        int generated = 0;
        try
        {
            generated = _worker!.Leave(request, reason, failed: error is not (null or TimeoutException));
            request.Times!.Ended(reason, request.TokenCount, generated);
            _drain.Ended();
        }
        finally
        {
            // The worker knows it no more, so nobody else would tell its client.
            request.End(reason, generated, error);
            Interlocked.Decrement(ref _unfinished);
        }
    }

    private void EndWaiting(T request, FinishReason reason, Exception? error)
    {
        (request.Times ?? new RequestClock(_metrics, _clock, request.ArrivedAt)).Ended(reason, request.TokenCount, 0);
        request.End(reason, 0, error);
        Interlocked.Decrement(ref _unfinished);
    }

    private TimeSpan Age(T request) => _clock.GetElapsedTime(request.ArrivedAt);

    private static partial class Log
    {
        [LoggerMessage(2, LogLevel.Error, "A request failed")]
        public static partial void RequestFailed(ILogger logger, Exception error);
    }
}
