using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>The way of requests through the engine, whatever their kind.</summary>
internal interface IRequestLoop
{
    /// <summary>Requests being worked on.</summary>
    int Running { get; }

    /// <summary>Requests in the line.</summary>
    int Waiting { get; }

    /// <summary>Whether every request that was taken has been ended.</summary>
    bool Idle { get; }

    /// <summary>Used share of the key-value cache, 0 to 1; 0 without one.</summary>
    double CacheUsage { get; }

    /// <summary>Size of the key-value cache; null before it is there.</summary>
    CacheSize? Cache { get; }

    /// <summary>Loads the model, serves until <see cref="Close"/> and releases it; blocks its thread.</summary>
    /// <param name="loaded">Is told how many requests are worked on at a time, once the model is there.</param>
    /// <exception cref="Models.RefusedModelException">The weights cannot be served.</exception>
    void Run(Action<int> loaded);

    /// <summary>Lets <see cref="Run"/> return once nobody waits.</summary>
    void Close();

    /// <summary>Tells everybody that nobody runs any more, and takes nobody.</summary>
    void GiveUp(Exception told);
}
