using System.Threading.Channels;
using LlmOps.Inference.Models;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>Owns the model: one thread takes requests from a bounded queue and runs one sequence at a time, step by step.</summary>
internal sealed partial class InferenceEngine
{
    private readonly ModelFolder _folder;
    private readonly EngineOptions _options;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Channel<Generation> _queue;
    private int _unfinished;
    private volatile Sequence? _running;
    private volatile EngineState _state = EngineState.Loading;

    public InferenceEngine(
        ModelFolder folder, EngineOptions options, ServerMetrics metrics, TimeProvider clock, ILogger<InferenceEngine> logger)
    {
        (_folder, _options, _metrics, _clock, _logger) = (folder, options, metrics, clock, logger);
        _queue = Channel.CreateBounded<Generation>(new BoundedChannelOptions(options.MaxQueue) { SingleReader = true });
        metrics.Watch(
            running: () => _running is null ? 0 : 1,
            waiting: () => _queue.Reader.Count,
            cacheUsage: () => (double)(_running?.Cached ?? 0) / folder.Decoder.ContextLength);
    }

    public EngineState State => _state;

    /// <summary>Whether every request that was taken has been ended.</summary>
    public bool Idle => Volatile.Read(ref _unfinished) == 0;

    /// <summary>Loads the model and serves until <see cref="Complete"/>; blocks its thread.</summary>
    /// <exception cref="RefusedModelException">The weights cannot be served.</exception>
    public void Run()
    {
        try
        {
            using OnnxModel model = Load();
            while (WaitForWork())
            {
                while (_queue.Reader.TryRead(out Generation? generation)) Serve(model, generation);
            }
        }
        catch (RefusedModelException)
        {
            _state = EngineState.Failed;
            throw;
        }
    }

    /// <summary>Asks for an answer; null when the queue is full.</summary>
    public Generation? Submit(GenerationRequest request, CancellationToken cancelled)
    {
        Generation generation = new(request, _clock.GetTimestamp(), cancelled);
        Interlocked.Increment(ref _unfinished);
        if (_queue.Writer.TryWrite(generation)) return generation;
        Interlocked.Decrement(ref _unfinished);
        return null;
    }

    /// <summary>Announces the end, so that no new traffic is sent here.</summary>
    public void Drain() => _state = EngineState.Draining;

    /// <summary>Lets <see cref="Run"/> return once the queue is empty.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    private OnnxModel Load()
    {
        long started = _clock.GetTimestamp();
        OnnxModel model = OnnxModel.Load(_folder, _options.Threads);
        // The first runs pay for memory and kernels; no request should.
        model.Run(new int[Math.Min(8, _folder.Decoder.ContextLength - 1)], past: 0);
        model.Run([0], past: 1);
        Interlocked.CompareExchange(ref _state, EngineState.Ready, EngineState.Loading);
        Log.Loaded(_logger, _folder.Model, _folder.Version, _clock.GetElapsedTime(started).TotalMilliseconds);
        return model;
    }

    private bool WaitForWork() => _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void Serve(OnnxModel model, Generation generation)
    {
        Sequence sequence = new(generation, _folder.EndTokens, _folder.Decoder.VocabularySize);
        RequestClock times = new(_metrics, _clock, generation.ArrivedAt);
        try
        {
            _running = sequence;
            while (sequence.Finish is null && !generation.Cancelled.IsCancellationRequested)
            {
                if (times.Elapsed > _options.RequestTimeout)
                {
                    throw new TimeoutException($"no answer within {_options.RequestTimeout.TotalSeconds} s");
                }
                Step step = sequence.Plan(OnnxModel.ChunkLength);
                sequence.Accept(step, model.Run(sequence.Inputs(step), step.First));
                times.Stepped(sequence.Generated);
            }
            End(generation, sequence, sequence.Finish ?? FinishReason.Abort, times);
        }
        catch (Exception e)
        {
            Log.RequestFailed(_logger, e);
            End(generation, sequence, FinishReason.Error, times, e);
        }
    }

    private void End(Generation generation, Sequence sequence, FinishReason reason, RequestClock times, Exception? error = null)
    {
        _running = null;
        times.Ended(reason, generation.Request.Prompt.Count, sequence.Generated);
        generation.End(reason, sequence.Generated, error);
        Interlocked.Decrement(ref _unfinished);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Model} {Version} loaded and warmed up in {Milliseconds:F0} ms")]
        public static partial void Loaded(ILogger logger, string model, string version, double milliseconds);

        [LoggerMessage(2, LogLevel.Error, "A request failed")]
        public static partial void RequestFailed(ILogger logger, Exception error);
    }
}
