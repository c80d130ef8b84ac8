using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Inference.Tokenization;
using LlmOps.Inference.Tokenization.Templates;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Endpoints;

/// <summary>Reads what besides the messages goes into a chat's prompt: tools, and variables of the template.</summary>
internal sealed partial class ReadChatOptions(RequestFields fields)
{
    private const int MostTools = 128;
    private const int MostVariables = 64;

    public ChatOptions Read(ChatTemplate? template) => new() { Tools = ReadTools(template), Variables = ReadVariables() };

    private object? ReadTools(ChatTemplate? template)
    {
        if (fields.Find("tools") is not { } tools || (tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() == 0)) return null;
        if (template is not { TakesTools: true }) fields.Refuse("tools", "This model's chat template has no place for 'tools'.");
        else if (tools.ValueKind != JsonValueKind.Array || tools.GetArrayLength() > MostTools) fields.Refuse("tools", $"'tools' must be a list of up to {MostTools} functions.");
        else if (tools.EnumerateArray().Select((tool, i) => (Error: WrongTool(tool), At: i)).FirstOrDefault(one => one.Error is not null) is { Error: { } error, At: var at })
        {
            fields.Refuse($"tools[{at}]", $"'tools[{at}]' {error}.");
        }
        return fields.Error is null ? Value(tools, "tools") : null;
    }

    private static string? WrongTool(JsonElement tool)
    {
        bool isFunction = tool.ValueKind == JsonValueKind.Object && tool.TryGetProperty("type", out JsonElement type)
            && type.ValueKind == JsonValueKind.String && type.ValueEquals("function");
        if (!isFunction || !tool.TryGetProperty("function", out JsonElement function) || function.ValueKind != JsonValueKind.Object) return "must be a function";
        if (!function.TryGetProperty("name", out JsonElement name) || name.ValueKind != JsonValueKind.String || !ToolName.IsMatch(name.GetRawText().Trim('"')))
        {
            return "must have a 'name' of 1 to 64 letters, digits, _ and -";
        }
        bool fits = !function.TryGetProperty("parameters", out JsonElement parameters) || parameters.ValueKind == JsonValueKind.Object;
        return fits ? null : "must have an object as its 'parameters'";
    }

    private Dictionary<string, object?> ReadVariables()
    {
        const string Field = "chat_template_kwargs";
        if (fields.Find(Field) is not { } given) return [];
        if (given.ValueKind != JsonValueKind.Object || given.EnumerateObject().Count() > MostVariables)
        {
            fields.Refuse(Field, $"'{Field}' must be an object of up to {MostVariables} variables.");
            return [];
        }
        if (Value(given, Field) is not Mapping variables) return [];
        Dictionary<string, object?> values = variables.Entries.ToDictionary(entry => (string)entry.Key, entry => entry.Value);
        if (values.Keys.FirstOrDefault(TemplateValues.Reserved.Contains) is { } reserved) fields.Refuse(Field, $"'{Field}' must not set '{reserved}'.");
        return values;
    }

    private object? Value(JsonElement json, string field)
    {
        try
        {
            return FromJson.Value(json);
        }
        catch (TemplateException e)
        {
            fields.Refuse(field, $"'{field}' cannot be read: {e.Message}.");
            return null;
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex ToolName { get; }
}
