using System.Text.Json.Serialization;

namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record ChatCompletion(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChoice> Choices, Usage Usage);

internal sealed record ChatChoice(int Index, AssistantMessage Message, ChatLogProbabilities? Logprobs, string FinishReason);

internal sealed record AssistantMessage(string Role, string Content, string? Refusal);

internal sealed record ChatChunk(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<ChatChunkChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage);

internal sealed record ChatChunkChoice(int Index, ChatDelta Delta, ChatLogProbabilities? Logprobs, string? FinishReason);

internal sealed record ChatDelta(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content);

internal sealed record ChatLogProbabilities(IReadOnlyList<ChatTokenLogProbability> Content);

internal sealed record ChatTokenLogProbability(
    string Token, float Logprob, IReadOnlyList<int> Bytes, IReadOnlyList<LikelyToken> TopLogprobs);

internal sealed record LikelyToken(string Token, float Logprob, IReadOnlyList<int> Bytes);

/// <summary>Tokens read and written for a request.</summary>
internal sealed record Usage(int PromptTokens, int CompletionTokens, int TotalTokens, PromptTokensDetails PromptTokensDetails);

/// <summary>Which tokens of the prompt were in the cache already.</summary>
internal sealed record PromptTokensDetails(int CachedTokens);
