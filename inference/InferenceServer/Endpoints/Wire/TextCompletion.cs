using System.Text.Json.Serialization;

namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record TextCompletion(
    string Id, string Object, long Created, string Model, string SystemFingerprint, IReadOnlyList<TextChoice> Choices,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Usage? Usage);

internal sealed record TextChoice(int Index, string Text, TextLogProbabilities? Logprobs, string? FinishReason);

/// <summary>Parallel lists, an entry a token; the first token of an echoed prompt has no probability.</summary>
internal sealed record TextLogProbabilities(
    IReadOnlyList<string> Tokens,
    IReadOnlyList<float?> TokenLogprobs,
    IReadOnlyList<IReadOnlyDictionary<string, float>?> TopLogprobs,
    IReadOnlyList<int> TextOffset);
