using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>Makes embeddings: one thread takes requests from a bounded line and runs their texts in bounded batches.</summary>
internal sealed partial class EmbeddingLoop(EngineOptions options, ServerMetrics metrics, TimeProvider clock, ILogger logger)
{
    private readonly WaitingLine<EmbeddingJob> _line = new(options.MaxQueue, options.MaxQueuedTokens);
    private readonly DrainRate _drain = new(clock);
    private readonly TurnTokens _turn = new(metrics.TokensOfTurn);
    private readonly List<EmbeddingJob> _jobs = [];
    private int _unfinished;
    private volatile int _running;

    /// <summary>Requests being worked on.</summary>
    public int Running => _running;

    /// <summary>Requests in the line.</summary>
    public int Waiting => _line.Count;

    /// <summary>Whether every request that was taken has been ended.</summary>
    public bool Idle => Volatile.Read(ref _unfinished) == 0;

    /// <summary>Asks for the vectors of texts; null where too many wait.</summary>
    /// <param name="texts">Token ids, at least one a text.</param>
    /// <param name="cancelled">Tells that nobody waits for them any more.</param>
    /// <param name="retryAfter">When a refused request may be worth trying again.</param>
    public EmbeddingJob? Submit(IReadOnlyList<int[]> texts, CancellationToken cancelled, out TimeSpan retryAfter)
    {
        EmbeddingJob job = new(texts, clock.GetTimestamp(), cancelled);
        if (Interlocked.Increment(ref _unfinished) == 1) _drain.Begin();
        retryAfter = TimeSpan.Zero;
        if (_line.TryAdd(job)) return job;
        Interlocked.Decrement(ref _unfinished);
        retryAfter = _drain.TimeFor(_line.Count + 1);
        return null;
    }

    /// <summary>Serves until <see cref="Close"/>; blocks its thread.</summary>
    /// <param name="run">Makes the pooled vectors of texts.</param>
    public void Run(Func<IReadOnlyList<int[]>, float[][]> run)
    {
        while (_jobs.Count > 0 || _line.WaitForArrival())
        {
            Expire();
            Admit();
            IReadOnlyList<(EmbeddingJob Job, int Text)> batch = EmbeddingBatch.Plan(_jobs);
            if (batch.Count > 0) RunBatch(run, batch);
            foreach (EmbeddingJob done in _jobs.Where(job => job.Open.Count == 0).ToArray()) End(done, FinishReason.Stop, job => job.Complete());
        }
    }

    /// <summary>Lets <see cref="Run"/> return once nobody waits.</summary>
    public void Close() => _line.Close();

    /// <summary>Tells everybody that nobody runs any more.</summary>
    public void GiveUp(Exception told)
    {
        _line.Close();
        foreach (EmbeddingJob job in _line.TakeWhere(_ => true).Concat(_jobs.ToArray())) End(job, FinishReason.Error, one => one.Fail(told));
    }

    private void Admit()
    {
        // More requests than one run has room for would only wait here instead of in the line.
        while (_jobs.Sum(job => job.Open.Count) < EmbeddingBatch.MostTexts && _line.Take() is { } next)
        {
            next.Times = new RequestClock(metrics, clock, next.ArrivedAt, _turn);
            _jobs.Add(next);
            _running = _jobs.Count;
        }
    }

    private void RunBatch(Func<IReadOnlyList<int[]>, float[][]> run, IReadOnlyList<(EmbeddingJob Job, int Text)> batch)
    {
        try
        {
            float[][] vectors = run([.. batch.Select(one => one.Job.Texts[one.Text])]);
            foreach (((EmbeddingJob job, int text), float[] vector) in batch.Zip(vectors))
            {
                job.Take(text, vector);
                job.Times!.Stepped(job.Texts[text].Length, generated: 0);
            }
            _turn.Ended();
        }
        catch (Exception e)
        {
            Log.BatchFailed(logger, e);
            foreach (EmbeddingJob job in batch.Select(one => one.Job).Distinct().ToArray()) End(job, FinishReason.Error, one => one.Fail(e));
            // One that is lost fails every run from then on.
            options.Device.Finish();
        }
    }

    private void Expire()
    {
        foreach (EmbeddingJob gone in _line.TakeWhere(job => job.Cancelled.IsCancellationRequested || Age(job) > options.MaxWait))
        {
            if (gone.Cancelled.IsCancellationRequested) End(gone, FinishReason.Abort, job => job.Abandon());
            else End(gone, FinishReason.Error, job => job.Fail(new OverloadedException(options.MaxWait, _drain.TimeFor(_line.Count + 1))));
        }
        foreach (EmbeddingJob job in _jobs.ToArray())
        {
            if (job.Cancelled.IsCancellationRequested) End(job, FinishReason.Abort, one => one.Abandon());
            else if (Age(job) > options.RequestTimeout) End(job, FinishReason.Error, one => one.Fail(new TimeoutException($"no answer within {options.RequestTimeout.TotalSeconds} s")));
        }
    }

    private void End(EmbeddingJob job, FinishReason reason, Action<EmbeddingJob> tell)
    {
        bool started = _jobs.Remove(job);
        _running = _jobs.Count;
        if (reason == FinishReason.Stop) metrics.Prompts.ReadUncached(job.TokenCount);
        (job.Times ?? new RequestClock(metrics, clock, job.ArrivedAt)).Ended(reason, job.TokenCount, 0);
        if (started) _drain.Ended();
        tell(job);
        Interlocked.Decrement(ref _unfinished);
    }

    private TimeSpan Age(EmbeddingJob job) => clock.GetElapsedTime(job.ArrivedAt);

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Error, "A batch of texts failed")]
        public static partial void BatchFailed(ILogger logger, Exception error);
    }
}
