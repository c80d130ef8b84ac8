using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>What is done with requests of one kind on a loaded model, turn by turn. The engine's thread uses it.</summary>
internal interface IWorker<T> : IDisposable
{
    /// <summary>Requests that may be worked on at a time, at least 1.</summary>
    int AtATime { get; }

    /// <summary>Requests at work; may be read from any thread.</summary>
    int Count { get; }

    /// <summary>The requests at work, from 0 to below <see cref="Count"/>.</summary>
    T this[int index] { get; }

    bool HasRoom { get; }

    /// <summary>Used share of the key-value cache, 0 to 1; 0 without one.</summary>
    double CacheUsage => 0;

    /// <summary>Size of the key-value cache; null without one.</summary>
    CacheSize? Cache => null;

    /// <summary>Takes a request in, whose clock runs; there must be room.</summary>
    void Enter(T request);

    /// <summary>Runs one turn.</summary>
    void Turn();

    /// <summary>Why the work on a request is over; null while it is not.</summary>
    FinishReason? EndOf(int index);

    /// <summary>Lets a request go.</summary>
    /// <param name="request">One that is at work.</param>
    /// <param name="reason">Why.</param>
    /// <param name="failed">Whether what it computed is not to be trusted.</param>
    /// <returns>Tokens generated for it.</returns>
    int Leave(T request, FinishReason reason, bool failed);
}
