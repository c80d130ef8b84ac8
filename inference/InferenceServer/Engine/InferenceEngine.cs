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
    private readonly WaitingLine<Generation> _line;
    private readonly DrainRate _drain;
    private readonly TurnTokens _turn;
    private readonly EngineGauges _gauges;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unfinished;
    private bool _failed;
    private volatile Batch? _batch;
    private volatile EngineState _state = EngineState.Loading;

    public InferenceEngine(
        ModelFolder folder, EngineOptions options, ServerMetrics metrics, TimeProvider clock, ILogger<InferenceEngine> logger)
    {
        (_folder, _options, _metrics, _clock, _logger) = (folder, options, metrics, clock, logger);
        _line = new WaitingLine<Generation>(options.MaxQueue, options.MaxQueuedTokens);
        _drain = new DrainRate(clock);
        Embeddings = folder.Embedding is null ? null : new EmbeddingLoop(options, metrics, clock, logger);
        _turn = new TurnTokens(metrics.TokensOfTurn);
        _gauges = new EngineGauges(
            Running: () => _batch?.Count ?? Embeddings?.Running ?? 0, Waiting: () => Embeddings?.Waiting ?? _line.Count, CacheUsage: () => CacheUsage,
            Cache: () => _batch is null ? null : new CacheSize(options.Rows, folder.Decoder.ContextLength, options.Device.Name));
        metrics.Watch(_gauges);
    }

    public EngineState State => _state;

    /// <summary>What makes the embeddings of a model that makes nothing else; null for one that makes text.</summary>
    public EmbeddingLoop? Embeddings { get; }

    /// <summary>Ends when the model is loaded and warmed up; fails with what prevents it.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Used share of the key-value cache, 0 to 1.</summary>
    public double CacheUsage => _batch?.CacheUsage ?? 0;

    /// <summary>Whether every request that was taken has been ended.</summary>
    public bool Idle => Volatile.Read(ref _unfinished) == 0 && Embeddings is not { Idle: false };

    /// <summary>Loads the model and serves until <see cref="Complete"/>; blocks its thread.</summary>
    /// <exception cref="RefusedModelException">The weights cannot be served.</exception>
    public void Run()
    {
        try
        {
            if (Embeddings is not null)
            {
                using EmbeddingExecutor embedder = Load(LoadWeights.Embedder, _ => EmbeddingBatch.MostTexts);
                Embeddings.Run(embedder.Run);
                return;
            }
            using IExecutor executor = Load(LoadWeights.Decoder, loaded => loaded.Rows);
            Batch batch = _batch = new(executor, _folder.Decoder.VocabularySize, _folder.Decoder.ContextLength);
            while (batch.Count > 0 || _line.WaitForArrival())
            {
                Expire();
                Admit(batch);
                batch.Turn(Fail);
                RequireDevice();
                _turn.Ended();
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
    public void Complete()
    {
        _line.Close();
        Embeddings?.Close();
    }

    private T Load<T>(Func<ModelFolder, EngineOptions, T> load, Func<T, int> atATime)
    {
        long started = _clock.GetTimestamp();
        T executor = load(_folder, _options);
        Interlocked.CompareExchange(ref _state, EngineState.Ready, EngineState.Loading);
        _loaded.TrySetResult();
        Log.Loaded(_logger, _folder.Model, _folder.Version, _options.Device.Name, atATime(executor), _clock.GetElapsedTime(started).TotalMilliseconds);
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
                batch.Enter(new Sequence(next, new RequestClock(_metrics, _clock, next.ArrivedAt, _turn), _folder.EndTokens, _folder.Decoder.VocabularySize));
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
        _failed = true;
        End(sequence, FinishReason.Error, error);
    }

    // A device that is lost fails every run from then on: better a new process than one that says it is ready.
    private void RequireDevice()
    {
        if (_failed) _options.Device.Finish();
        _failed = false;
    }

    private void End(Sequence sequence, FinishReason reason, Exception? error = null)
    {
        int prompt = sequence.Generation.Request.Prompt.Count;
        _batch!.Leave(sequence, failed: error is not (null or TimeoutException));
        try
        {
            _metrics.Prompts.Read(prompt, Math.Min(sequence.Cached, prompt), sequence.Generation.ReusedCount);
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
        Embeddings?.GiveUp(told);
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
        [LoggerMessage(1, LogLevel.Information, "{Model} {Version} loaded on {Device} and warmed up in {Milliseconds:F0} ms; {Rows} requests at a time")]
        public static partial void Loaded(ILogger logger, string model, string version, string device, int rows, double milliseconds);

        [LoggerMessage(2, LogLevel.Error, "A request failed")]
        public static partial void RequestFailed(ILogger logger, Exception error);
    }
}
