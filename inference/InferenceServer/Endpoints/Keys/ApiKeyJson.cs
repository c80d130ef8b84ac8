using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOps.Inference.Endpoints.Keys;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip)]
[JsonSerializable(typeof(ApiKeyEntry[]))]
internal sealed partial class ApiKeyJson : JsonSerializerContext;
