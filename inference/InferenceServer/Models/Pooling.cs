namespace LlmOps.Inference.Models;

/// <summary>How the states of a text's tokens become one vector.</summary>
internal enum Pooling
{
    /// <summary>Means the mean over the text's tokens.</summary>
    Mean,

    /// <summary>Means the state of the first token.</summary>
    First,

    /// <summary>Means the state of the last token.</summary>
    Last,

    /// <summary>Means that the graph itself gives one vector a text.</summary>
    InGraph,
}
