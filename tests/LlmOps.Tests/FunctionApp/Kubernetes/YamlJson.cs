using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>Manifests as the API server takes them: each document of a YAML text as JSON.</summary>
internal static class YamlJson
{
    public static IEnumerable<JsonObject> Read(string text)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(text));
        return stream.Documents.Select(document => (JsonObject)Node(document.RootNode)!).ToList();
    }

    private static JsonNode? Node(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Node(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Node)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } text => JsonValue.Create(text.Value),
        YamlScalarNode scalar => Plain(scalar.Value ?? ""),
        _ => null,
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" or "false" => JsonValue.Create(text == "true"),
        _ => long.TryParse(text, out long number) ? JsonValue.Create(number) : JsonValue.Create(text),
    };
}
