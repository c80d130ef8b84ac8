namespace LlmOps.Inference.Engine;

/// <summary>Why the engine put a request down.</summary>
internal enum FinishReason
{
    /// <summary>Means the model ended its answer, or a stop string did.</summary>
    Stop,

    /// <summary>Means the answer reached the allowed number of tokens.</summary>
    Length,

    /// <summary>Means the client went away.</summary>
    Abort,

    /// <summary>Means the request outlived its deadline or the model failed on it.</summary>
    Error,
}
