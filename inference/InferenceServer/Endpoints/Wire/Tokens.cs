namespace LlmOps.Inference.Endpoints.Wire;

/// <summary>The token ids of a text, how many they are, and how many the model takes.</summary>
internal sealed record Tokens(int Count, int MaxModelLen, [property: System.Text.Json.Serialization.JsonPropertyName("tokens")] IReadOnlyList<int> Ids);

/// <summary>The text of token ids.</summary>
internal sealed record Detokenized(string Prompt);
