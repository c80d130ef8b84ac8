namespace LlmOps.Inference.Engine;

/// <summary>What the engine can do now.</summary>
internal enum EngineState
{
    /// <summary>Means the weights are being loaded and warmed up.</summary>
    Loading,

    /// <summary>Means requests are served.</summary>
    Ready,

    /// <summary>Means requests are still served, but no new traffic should come: the process is about to end.</summary>
    Draining,

    /// <summary>Means the model could not be loaded and the process is about to end.</summary>
    Failed,
}
