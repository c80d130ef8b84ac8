using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>Owns the model: one thread takes requests from a bounded line into the batch and turns the batch until it is empty.</summary>
internal sealed partial class InferenceEngine
{
    private readonly ModelFolder _folder;
    private readonly EngineOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly WaitingLine _line;
    private readonly DrainRate _drain;
    private readonly EngineGauges _gauges;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unfinished;
    private volatile Batch? _batch;
    private volatile EngineState _state = EngineState.Loading;

    public InferenceEngine(
        ModelFolder folder, EngineOptions options, ServerMetrics metrics, TimeProvider clock, ILogger<InferenceEngine> logger)
    {
        (_folder, _options, _metrics, _clock, _logger) = (folder, options, metrics, clock, logger);
        _line = new WaitingLine(options.MaxQueue, options.MaxQueuedTokens);
        _drain = new DrainRate(clock);
        _gauges = new EngineGauges(Running: () => _batch?.Count ?? 0, Waiting: () => _line.Count, CacheUsage: () => CacheUsage);
        metrics.Watch(_gauges);
    }

    public EngineState State => _state;

    /// <summary>Ends when the model is loaded and warmed up; fails with what prevents it.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Used share of the key-value cache, 0 to 1.</summary>
    public double CacheUsage => _batch?.CacheUsage ?? 0;

    /// <summary>Whether every request that was taken has been ended.</summary>
    public bool Idle => Volatile.Read(ref _unfinished) == 0;

    /// <summary>Loads the model and serves until <see cref="Complete"/>; blocks its thread.</summary>
    /// <exception cref="RefusedModelException">The weights cannot be served.</exception>
    public void Run()
    {
        try
        {
            using IExecutor executor = Load();
            Batch batch = _batch = new(executor, _folder.Decoder.VocabularySize, _folder.Decoder.ContextLength);
            while (batch.Count > 0 || _line.WaitForArrival())
            {
                Expire();
                Admit(batch);
                batch.Turn(Fail);
                Release(batch);
            }
        }
        catch (Exception e)
        {
            GiveUp(e);
            throw;
        }
        finally
        {
            // Counts outlive the engine and must not keep its memory.
            _metrics.Unwatch(_gauges);
            _batch = null;
        }
    }

    /// <summary>Asks for an answer.</summary>
    public Submission Submit(GenerationRequest request, CancellationToken cancelled)
    {
        Generation generation = new(request, _clock.GetTimestamp(), cancelled);
        if (Interlocked.Increment(ref _unfinished) == 1) _drain.Begin();
        if (_line.TryAdd(generation)) return new Submission(generation, TimeSpan.Zero);
        Interlocked.Decrement(ref _unfinished);
        return new Submission(null, _drain.TimeFor(_line.Count + 1));
    }

    /// <summary>Announces the end, so that no new traffic is sent here.</summary>
    public void Drain()
    {
        Interlocked.CompareExchange(ref _state, EngineState.Draining, EngineState.Loading);
        Interlocked.CompareExchange(ref _state, EngineState.Draining, EngineState.Ready);
    }

    /// <summary>Whether there is room for requests of so many prompt tokens at least where nobody else waits.</summary>
    public bool CouldTake(IReadOnlyCollection<int> prompts) =>
        prompts.Count == 1 || (prompts.Count <= _options.MaxQueue && prompts.Sum(tokens => (long)tokens) <= _options.MaxQueuedTokens);

    /// <summary>Lets <see cref="Run"/> return once nobody waits.</summary>
    public void Complete() => _line.Close();

    private IExecutor Load()
    {
        long started = _clock.GetTimestamp();
        IExecutor executor = OnnxModel.Load(_folder, _options.Threads, _options.Rows);
        // The first runs pay for memory and kernels; no request should.
        try
        {
            executor.Prefill(0, new int[Math.Min(8, _folder.Decoder.ContextLength - 1)], past: 0);
            executor.Decode(new int[executor.Rows], new int[executor.Rows]);
        }
        catch (Exception e)
        {
            executor.Dispose();
            throw new RefusedModelException($"{_folder.Decoder.ModelFile}: the first run failed ({e.Message})");
        }
        Interlocked.CompareExchange(ref _state, EngineState.Ready, EngineState.Loading);
        _loaded.TrySetResult();
        Log.Loaded(_logger, _folder.Model, _folder.Version, executor.Rows, _clock.GetElapsedTime(started).TotalMilliseconds);
        return executor;
    }

    // Of those who wait, the ones that need not any more; cheap where nobody does.
    private void Expire()
    {
        foreach (Generation gone in _line.TakeWhere(one => one.Cancelled.IsCancellationRequested || Waited(one) > _options.MaxWait))
        {
            if (gone.Cancelled.IsCancellationRequested) EndWaiting(gone, FinishReason.Abort, null);
            else EndWaiting(gone, FinishReason.Error, new OverloadedException(_options.MaxWait, _drain.TimeFor(_line.Count + 1)));
        }
    }

    private void Admit(Batch batch)
    {
        while (batch.HasRoom && _line.Take() is { } next)
        {
            try
            {
                batch.Enter(new Sequence(next, new RequestClock(_metrics, _clock, next.ArrivedAt), _folder.EndTokens, _folder.Decoder.VocabularySize));
            }
            catch (Exception e)
            {
                Log.RequestFailed(_logger, e);
                EndWaiting(next, FinishReason.Error, e);
            }
        }
    }

    private void Release(Batch batch)
    {
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            Sequence sequence = batch[i];
            if (sequence.Finish is { } reason) End(sequence, reason);
            else if (sequence.Generation.Cancelled.IsCancellationRequested) End(sequence, FinishReason.Abort);
            else if (sequence.Times.Elapsed > _options.RequestTimeout)
            {
                Fail(sequence, new TimeoutException($"no answer within {_options.RequestTimeout.TotalSeconds} s"));
            }
        }
    }

    private void Fail(Sequence sequence, Exception error)
    {
        Log.RequestFailed(_logger, error);
        End(sequence, FinishReason.Error, error);
    }

    private void End(Sequence sequence, FinishReason reason, Exception? error = null)
    {
        int prompt = sequence.Generation.Request.Prompt.Count;
        _batch!.Leave(sequence, failed: error is not (null or TimeoutException));
        try
        {
            _metrics.PromptTokens.Add(Math.Min(sequence.Cached, prompt));
            _metrics.PrefixQueries.Add(prompt);
            _metrics.PrefixHits.Add(sequence.Generation.ReusedCount);
            sequence.Times.Ended(reason, prompt, sequence.Generated);
            _drain.Ended();
        }
        finally
        {
            // The batch knows it no more, so nobody else would tell its client.
            sequence.Generation.End(reason, sequence.Generated, error);
            Interlocked.Decrement(ref _unfinished);
        }
    }

    private void EndWaiting(Generation generation, FinishReason reason, Exception? error)
    {
        new RequestClock(_metrics, _clock, generation.ArrivedAt).Ended(reason, generation.Request.Prompt.Count, 0);
        generation.End(reason, 0, error);
        Interlocked.Decrement(ref _unfinished);
    }

    // Nobody runs any more: who was promised an answer must not wait for it.
    private void GiveUp(Exception error)
    {
        _state = EngineState.Failed;
        _loaded.TrySetException(error);
        _line.Close();
        Exception told = new InvalidOperationException("the engine has stopped", error);
        Generation[] promised = [.. Enumerable.Range(0, _batch?.Count ?? 0).Select(i => _batch![i].Generation), .. _line.TakeWhere(_ => true)];
        foreach (Generation one in promised)
        {
            one.End(FinishReason.Error, 0, told);
            Interlocked.Decrement(ref _unfinished);
        }
    }

    private TimeSpan Waited(Generation generation) => _clock.GetElapsedTime(generation.ArrivedAt);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Model} {Version} loaded and warmed up in {Milliseconds:F0} ms; {Rows} requests at a time")]
        public static partial void Loaded(ILogger logger, string model, string version, int rows, double milliseconds);

        [LoggerMessage(2, LogLevel.Error, "A request failed")]
        public static partial void RequestFailed(ILogger logger, Exception error);
    }
}
