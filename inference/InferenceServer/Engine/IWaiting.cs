namespace LlmOps.Inference.Engine;

/// <summary>A request that may have to wait in a line.</summary>
internal interface IWaiting
{
    /// <summary>Requests of a lower number go first.</summary>
    int Priority { get; }

    /// <summary>Tokens that it brings.</summary>
    int TokenCount { get; }
}
