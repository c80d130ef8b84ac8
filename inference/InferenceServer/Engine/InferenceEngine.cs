using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>Owns a model: one thread loads it and serves the requests of the kind that the model is for.</summary>
internal sealed partial class InferenceEngine
{
    private readonly ModelFolder _folder;
    private readonly EngineOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly EngineGauges _gauges;
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile EngineState _state = EngineState.Loading;

    public InferenceEngine(
        ModelFolder folder, EngineOptions options, ServerMetrics metrics, TimeProvider clock, ILogger<InferenceEngine> logger)
    {
        (_folder, _options, _metrics, _clock, _logger) = (folder, options, metrics, clock, logger);
        Requests = folder.Embedding is null
            ? new RequestLoop<Generation>(LoadText, options, metrics, clock, logger)
            : new RequestLoop<EmbeddingJob>(LoadEmbedder, options, metrics, clock, logger);
        _gauges = new EngineGauges(() => Requests.Running, () => Requests.Waiting, () => Requests.CacheUsage, () => Requests.Cache);
        metrics.Watch(_gauges);
    }

    public EngineState State => _state;

    /// <summary>What requests are submitted to: a loop of <see cref="Generation"/> or, of a model that makes embeddings, of <see cref="EmbeddingJob"/>.</summary>
    public IRequestLoop Requests { get; }

    /// <summary>Ends when the model is loaded and warmed up; fails with what prevents it.</summary>
    public Task Loaded => _loaded.Task;

    /// <summary>Used share of the key-value cache, 0 to 1.</summary>
    public double CacheUsage => Requests.CacheUsage;

    /// <summary>Whether every request that was taken has been ended.</summary>
    public bool Idle => Requests.Idle;

    /// <summary>Loads the model and serves until <see cref="Complete"/>; blocks its thread.</summary>
    /// <exception cref="RefusedModelException">The weights cannot be served.</exception>
    public void Run()
    {
        try
        {
            long started = _clock.GetTimestamp();
            Requests.Run(atATime =>
            {
                Interlocked.CompareExchange(ref _state, EngineState.Ready, EngineState.Loading);
                _loaded.TrySetResult();
                Log.Loaded(_logger, _folder.Model, _folder.Version, _options.Device.Name, atATime, _clock.GetElapsedTime(started).TotalMilliseconds);
            });
        }
        catch (Exception e)
        {
            _state = EngineState.Failed;
            _loaded.TrySetException(e);
            // Nobody runs any more: who was promised an answer must not wait for it.
            Requests.GiveUp(new InvalidOperationException("the engine has stopped", e));
            throw;
        }
        finally
        {
            _metrics.Unwatch(_gauges);
        }
    }

    /// <summary>Asks for an answer of a model that makes text.</summary>
    public Submission<Generation> Submit(GenerationRequest request, CancellationToken cancelled) =>
        ((RequestLoop<Generation>)Requests).Submit(arrivedAt => new Generation(request, arrivedAt, cancelled));

    /// <summary>Asks for the vectors of texts, at least one token id each, of a model that makes embeddings.</summary>
    public Submission<EmbeddingJob> Submit(IReadOnlyList<int[]> texts, CancellationToken cancelled) =>
        ((RequestLoop<EmbeddingJob>)Requests).Submit(arrivedAt => new EmbeddingJob(texts, arrivedAt, cancelled));

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
    public void Complete() => Requests.Close();

    private TextWorker LoadText(Action<Generation, Exception> failed) =>
        new(LoadWeights.Decoder(_folder, _options), _folder.Decoder, _folder.EndTokens, _metrics.Prompts, failed) { Device = _options.Device.Name };

    private EmbeddingWorker LoadEmbedder(Action<EmbeddingJob, Exception> failed)
    {
        EmbeddingExecutor embedder = LoadWeights.Embedder(_folder, _options);
        return new EmbeddingWorker(embedder.Run, embedder.Dispose, _metrics.Prompts, failed);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Model} {Version} loaded on {Device} and warmed up in {Milliseconds:F0} ms; {Rows} requests at a time")]
        public static partial void Loaded(ILogger logger, string model, string version, string device, int rows, double milliseconds);
    }
}
