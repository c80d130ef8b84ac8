using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOps.Inference.Endpoints.Wire;

/// <summary>How answers are serialised: names in snake case, generated at compile time so that the first request is quick.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatChunk))]
[JsonSerializable(typeof(TextCompletion))]
[JsonSerializable(typeof(Tokens))]
[JsonSerializable(typeof(Detokenized))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(ServerLive))]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ModelReady))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ErrorText))]
[JsonSerializable(typeof(Inferred))]
[JsonSerializable(typeof(Generated))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(RepositoryEntry))]
[JsonSerializable(typeof(RepositoryEntry[]))]
[JsonSerializable(typeof(FaultSetting))]
internal sealed partial class WireContext : JsonSerializerContext;
