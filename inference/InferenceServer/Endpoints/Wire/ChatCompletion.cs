using System.Text.Json.Serialization;

namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record ChatCompletion(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChoice> Choices, Usage Usage);

internal sealed record ChatChoice(int Index, AssistantMessage Message, ChatLogProbabilities? Logprobs, string FinishReason);

internal sealed record AssistantMessage(
    string Role, string? Content, string? Refusal,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ToolCallBody>? ToolCalls);

/// <summary>A call of a function; in pieces of a stream it has its place among the calls.</summary>
internal sealed record ToolCallBody(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Index, string Id, string Type, FunctionCallBody Function);

internal sealed record FunctionCallBody(string Name, string Arguments);

internal sealed record ChatChunk(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChunkChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage);

internal sealed record ChatChunkChoice(int Index, ChatDelta Delta, ChatLogProbabilities? Logprobs, string? FinishReason);

internal sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ToolCallBody>? ToolCalls = null);

internal sealed record ChatLogProbabilities(IReadOnlyList<ChatTokenLogProbability> Content, IReadOnlyList<ChatTokenLogProbability>? Refusal = null);

internal sealed record ChatTokenLogProbability(
    string Token, float Logprob, IReadOnlyList<int> Bytes, IReadOnlyList<LikelyToken> TopLogprobs);

internal sealed record LikelyToken(string Token, float Logprob, IReadOnlyList<int> Bytes);

/// <summary>Tokens read and written for a request.</summary>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails);

/// <summary>Which tokens of the prompt were in the cache already.</summary>
internal sealed record PromptTokensDetails(int CachedTokens);
