namespace LlmOps.Inference.Endpoints.Wire;

internal sealed record EmbeddingList(string Object, IReadOnlyList<object> Data, string Model, EmbeddingUsage Usage);

internal sealed record EmbeddingVector(string Object, int Index, IReadOnlyList<float> Embedding);

/// <summary>An embedding as the base64 of 32-bit floats, little-endian, which OpenAI's clients ask for.</summary>
internal sealed record EncodedEmbedding(string Object, int Index, string Embedding);

internal sealed record EmbeddingUsage(int PromptTokens, int TotalTokens);
