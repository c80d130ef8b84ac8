using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>
/// A version that is being served: what the endpoints know of it, its engine, the thread that runs the engine, what is counted of
/// it. Requests hold it by leases; once it is retired, its engine ends with the last lease and the last answer.
/// </summary>
internal sealed class ServedVersion(ModelFolder folder, ServedModel model, InferenceEngine engine, ServerMetrics metrics)
{
    // The first is the server's own, which it gives up by retiring the version.
    private int _leases = 1;
    private int _retired;

    public ModelFolder Folder => folder;

    public ServedModel Model => model;

    public InferenceEngine Engine => engine;

    public ServerMetrics Metrics => metrics;

    /// <summary>Ends after the last answer, the memory released; fails with what ended the engine before its time.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Loads the weights and serves them, on a thread of its own.</summary>
    /// <returns>Ends when the weights are loaded and warmed up, or fails with why they cannot be.</returns>
    public Task Start()
    {
        Ended = Task.Factory.StartNew(engine.Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return engine.Loaded;
    }

    /// <summary>Keeps the engine for one who is about to ask it; null once nobody holds the version any more.</summary>
    public VersionLease? TryLease()
    {
        for (int held = Volatile.Read(ref _leases); held > 0;)
        {
            int seen = Interlocked.CompareExchange(ref _leases, held + 1, held);
            if (seen == held) return new VersionLease(this);
            held = seen;
        }
        return null;
    }

    /// <summary>Lets the engine end as soon as everything it has taken is answered.</summary>
    public void Retire()
    {
        engine.Drain();
        if (Interlocked.Exchange(ref _retired, 1) == 0) Release();
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0) engine.Complete();
    }
}
