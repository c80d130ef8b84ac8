using System.Text.Json;
using LlmOps.Inference.Tokenization.Templates;

namespace LlmOps.Inference.Tokenization;

/// <summary>Turns a conversation into the text that the model was trained to continue.</summary>
internal sealed class ChatTemplate
{
    private readonly Template _template;
    private readonly string _beginToken;
    private readonly string _endToken;

    private ChatTemplate(Template template, string beginToken, string endToken) =>
        (_template, _beginToken, _endToken) = (template, beginToken, endToken);

    /// <summary>Reads the text of a <c>tokenizer_config.json</c>; null when it holds no template.</summary>
    /// <exception cref="TemplateException">The template uses what this interpreter does not know.</exception>
    public static ChatTemplate? Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (!document.RootElement.TryGetProperty("chat_template", out JsonElement source)) return null;
            if (source.ValueKind != JsonValueKind.String) throw new TemplateException("tokenizer_config.json: chat_template is not one string");
            JsonElement config = document.RootElement;
            return new ChatTemplate(Template.Parse(source.GetString()!), Token(config, "bos_token"), Token(config, "eos_token"));
        }
        catch (JsonException e)
        {
            throw new TemplateException($"tokenizer_config.json: not JSON ({e.Message})");
        }
    }

    /// <summary>The prompt for a conversation, up to where the assistant's answer begins.</summary>
    /// <exception cref="TemplateException">The template refuses the conversation.</exception>
    public string Render(IReadOnlyList<ChatMessage> messages) => _template.Render(new Dictionary<string, object?>
    {
        ["messages"] = messages.Select(m => new Dictionary<string, object?> { ["role"] = m.Role, ["content"] = m.Content }).ToList<object?>(),
        ["bos_token"] = _beginToken,
        ["eos_token"] = _endToken,
        ["add_generation_prompt"] = true,
    });

    // Older files write a token as an object with its content.
    private static string Token(JsonElement config, string name) => config.TryGetProperty(name, out JsonElement token) ? token.ValueKind switch
    {
        JsonValueKind.String => token.GetString()!,
        JsonValueKind.Object => token.GetProperty("content").GetString()!,
        _ => "",
    } : "";
}

/// <summary>One turn of a conversation.</summary>
internal sealed record ChatMessage(string Role, string Content);
