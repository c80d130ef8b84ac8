using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>The ends of an answer as OpenAI's clients know them.</summary>
internal static class FinishReasons
{
    /// <summary>Said of an answer that calls functions, however it ended.</summary>
    public const string ToolCalls = "tool_calls";

    public static string OnTheWire(FinishReason reason) => reason switch
    {
        FinishReason.Stop => "stop",
        FinishReason.Length => "length",
        _ => throw new InvalidOperationException($"an answer that ended by {reason} is not sent"),
    };
}
