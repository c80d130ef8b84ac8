using System.Globalization;
using System.Text.Json.Nodes;
using LlmOps.Manifests;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Gates.Suites;

/// <summary>Reads YAML (and so JSON) as a tree of JSON, with plain scalars typed as YAML's core schema says.</summary>
internal static class YamlJson
{
    public static JsonNode? Parse(string file, string text)
    {
        YamlStream stream = [];
        try
        {
            YamlBounds.Check(file, text);
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            throw new ManifestException(file, $"line {error.Start.Line}: {error.Message}");
        }
        return stream.Documents.Count switch
        {
            0 => null,
            1 => Of(file, stream.Documents[0].RootNode, depth: 0),
            _ => throw new ManifestException(file, "holds more than one document"),
        };
    }

    private static JsonNode? Of(string file, YamlNode node, int depth)
    {
        if (depth > 64)
        {
            throw new ManifestException(file, $"line {node.Start.Line}: is nested too deep");
        }
        switch (node)
        {
            case YamlScalarNode scalar:
                return scalar.Style == ScalarStyle.Plain ? Typed(scalar.Value ?? "") : JsonValue.Create(scalar.Value);
            case YamlSequenceNode sequence:
                return new JsonArray([.. sequence.Children.Select(child => Of(file, child, depth + 1))]);
            case YamlMappingNode mapping:
                JsonObject result = [];
                foreach ((YamlNode key, YamlNode value) in mapping.Children)
                {
                    result[(key as YamlScalarNode)?.Value ?? throw new ManifestException(file, $"line {key.Start.Line}: a key must be text")] =
                        Of(file, value, depth + 1);
                }
                return result;
            default:
                throw new ManifestException(file, $"line {node.Start.Line}: is not understood");
        }
    }

    private static JsonValue? Typed(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => JsonValue.Create(whole),
        _ when (char.IsAsciiDigit(text[^1]) || text[^1] == '.') && !text.Contains(',', StringComparison.Ordinal)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
