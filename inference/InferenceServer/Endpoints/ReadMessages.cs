using System.Text.Json;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>Reads the messages of a chat.</summary>
internal sealed class ReadMessages(RequestFields fields)
{
    private static readonly string[] Roles = ["system", "user", "assistant", "tool"];

    public List<ChatMessage> Read()
    {
        List<ChatMessage> messages = [];
        if (fields.Find("messages") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() == 0)
        {
            fields.Refuse("messages", "'messages' must be a list of at least one message.");
            return messages;
        }
        foreach (JsonElement item in list.EnumerateArray()) messages.Add(ReadMessage(item, $"messages[{messages.Count}]"));
        return messages;
    }

    private ChatMessage ReadMessage(JsonElement item, string param)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            fields.Refuse(param, $"'{param}' must be an object.");
            return new ChatMessage("", "");
        }
        string role = Text(item, "role", param) ?? "";
        if (role == "developer") role = "system";
        if (!Roles.Contains(role)) fields.Refuse($"{param}.role", $"'{param}.role' must be system, developer, user, assistant or tool.");
        bool isAssistant = role == "assistant";
        List<ChatToolCall> calls = isAssistant ? ReadToolCalls(item, $"{param}.tool_calls") : [];
        string? answered = role == "tool" ? Text(item, "tool_call_id", param) : null;
        if (role == "tool" && answered is null) fields.Refuse($"{param}.tool_call_id", $"'{param}.tool_call_id' must name the call that the tool answers.");
        return new ChatMessage(role, ReadContent(item, $"{param}.content", mayLack: calls.Count > 0))
        {
            Name = Text(item, "name", param),
            ReasoningContent = isAssistant ? Text(item, "reasoning_content", param) ?? Text(item, "reasoning", param) : null,
            ToolCalls = calls,
            ToolCallId = answered,
        };
    }

    private string? ReadContent(JsonElement item, string param, bool mayLack)
    {
        item.TryGetProperty("content", out JsonElement content);
        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                return fields.TextOf(content, param);
            case JsonValueKind.Array when content.EnumerateArray().All(IsText):
                return string.Concat(content.EnumerateArray().Select(part => fields.TextOf(part.GetProperty("text"), param)));
            case JsonValueKind.Null or JsonValueKind.Undefined when mayLack:
                return null;
            default:
                fields.Refuse(param, $"'{param}' must be a string or a list of text parts.");
                return "";
        }
    }

    private List<ChatToolCall> ReadToolCalls(JsonElement item, string param)
    {
        if (!item.TryGetProperty("tool_calls", out JsonElement calls) || calls.ValueKind == JsonValueKind.Null) return [];
        if (calls.ValueKind == JsonValueKind.Array) return [.. calls.EnumerateArray().Select((call, i) => ReadToolCall(call, $"{param}[{i}]"))];
        fields.Refuse(param, $"'{param}' must be a list.");
        return [];
    }

    private ChatToolCall ReadToolCall(JsonElement call, string param)
    {
        JsonElement function = default;
        bool isCall = call.ValueKind == JsonValueKind.Object && call.TryGetProperty("function", out function) && function.ValueKind == JsonValueKind.Object;
        if (!isCall)
        {
            fields.Refuse(param, $"'{param}' must be the call of a function.");
            return new ChatToolCall("", "", "{}");
        }
        string? id = Text(call, "id", param);
        string? name = Text(function, "name", $"{param}.function");
        string arguments = Text(function, "arguments", $"{param}.function") ?? "";
        if (arguments.Length == 0) arguments = "{}";
        if (id is null || name is null) fields.Refuse(param, $"'{param}' must have an 'id' and a function with a 'name'.");
        if (!IsObject(arguments)) fields.Refuse($"{param}.function.arguments", $"'{param}.function.arguments' must be a JSON object as a string.");
        return new ChatToolCall(id ?? "", name ?? "", arguments);
    }

    private static bool IsObject(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private string? Text(JsonElement item, string name, string param)
    {
        if (!item.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String) return fields.TextOf(value, $"{param}.{name}");
        fields.Refuse($"{param}.{name}", $"'{param}.{name}' must be a string.");
        return null;
    }

    private static bool IsText(JsonElement part) =>
        part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("text")
        && part.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String;
}
