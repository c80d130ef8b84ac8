using System.Text.Json;
using LlmOps.Inference.Tokenization.Templates;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization;

/// <summary>What a <c>tokenizer_config.json</c> says of chats: its templates by name and its special tokens.</summary>
internal sealed record TokenizerConfig(IReadOnlyDictionary<string, string> Templates, IReadOnlyDictionary<string, object?> SpecialTokens)
{
    /// <summary>Reads the text of the file.</summary>
    /// <exception cref="TemplateException">It is not such a file.</exception>
    public static TokenizerConfig Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement config = document.RootElement;
            if (config.ValueKind != JsonValueKind.Object) throw new TemplateException("tokenizer_config.json is not a JSON object");
            Dictionary<string, object?> tokens = [];
            foreach (JsonProperty property in config.EnumerateObject().Where(property => property.Name.EndsWith("_token", StringComparison.Ordinal)))
            {
                if (Token(property.Value) is { } token) tokens[property.Name] = token;
            }
            if (config.TryGetProperty("additional_special_tokens", out JsonElement others) && others.ValueKind == JsonValueKind.Array)
            {
                tokens["additional_special_tokens"] = new Sequence([.. others.EnumerateArray().Select(Token)]);
            }
            return new TokenizerConfig(ReadTemplates(config), tokens);
        }
        catch (JsonException e)
        {
            throw new TemplateException($"tokenizer_config.json is not JSON ({e.Message})");
        }
    }

    private static Dictionary<string, string> ReadTemplates(JsonElement config)
    {
        if (!config.TryGetProperty("chat_template", out JsonElement source) || source.ValueKind == JsonValueKind.Null) return [];
        if (source.ValueKind == JsonValueKind.String) return new() { ["default"] = source.GetString()! };
        bool isList = source.ValueKind == JsonValueKind.Array && source.EnumerateArray().All(one => one.ValueKind == JsonValueKind.Object && Text(one, "name") is not null && Text(one, "template") is not null);
        if (!isList) throw new TemplateException("chat_template is neither a string nor a list of named templates");
        Dictionary<string, string> templates = [];
        foreach (JsonElement one in source.EnumerateArray()) templates[Text(one, "name")!] = Text(one, "template")!;
        return templates;
    }

    // Older files write a token as an object with its content.
    private static string? Token(JsonElement token) => token.ValueKind switch
    {
        JsonValueKind.String => token.GetString(),
        JsonValueKind.Object => Text(token, "content"),
        _ => null,
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
