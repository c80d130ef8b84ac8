using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmOps.Inference.Models;

[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ConfigJson : JsonSerializerContext;
