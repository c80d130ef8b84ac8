using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Tests.ControlPlane.Kubernetes;

/// <summary>The documents beside these tests; their README names what each was written after.</summary>
internal static class Documents
{
    public static string Text(string file) => Repository.Text($"tests/LlmOps.Tests/ControlPlane/Kubernetes/documents/{file}");

    public static JsonElement Read(string file) => JsonElement.Parse(Text(file));

    /// <summary>A document that was changed.</summary>
    public static JsonElement Read(string file, Action<JsonNode> change) => Changed(Read(file), change);

    public static JsonElement Changed(JsonElement element, Action<JsonNode> change)
    {
        JsonNode node = JsonNode.Parse(element.GetRawText())!;
        change(node);
        return JsonElement.Parse(node.ToJsonString());
    }
}
