using System.Text.Json;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Endpoints.Tools;

/// <summary>Reads what tools mean for the answers of a chat request, whose shape has been checked before.</summary>
internal static class ReadTools
{
    private static readonly JsonElement AnyObject = JsonElement.Parse("""{"type":"object"}""");

    /// <summary>How calls are found in the answers, and what the answers are held to; both null where nothing may be called.</summary>
    public static (ToolUse? Use, TextRule? Constraint) From(RequestFields fields, ServedModel served, Envelope envelope)
    {
        Dictionary<string, JsonElement> functions = Functions(fields);
        ToolChoice choice = ToolChoice.Read(fields, functions);
        bool parallel = fields.Find("parallel_tool_calls") is null || fields.Flag("parallel_tool_calls");
        if (!choice.Allowed || fields.Error is not null || served.ToolFormat is not { } format) return (null, null);
        ToolUse use = new(format, functions.Keys.ToHashSet(), parallel, envelope.Id);
        try
        {
            return (use, choice.Required ? choice.Constraint(format, functions, parallel, served.Grammars) : null);
        }
        catch (SchemaException e)
        {
            fields.Refuse("tools", $"The parameters of a function cannot be kept to: {e.Message}.");
            return (null, null);
        }
    }

    private static Dictionary<string, JsonElement> Functions(RequestFields fields)
    {
        Dictionary<string, JsonElement> functions = [];
        if (fields.Error is not null || fields.Find("tools") is not { ValueKind: JsonValueKind.Array } tools) return functions;
        foreach (JsonElement function in tools.EnumerateArray().Select(tool => tool.GetProperty("function")))
        {
            functions[function.GetProperty("name").GetString()!] = function.TryGetProperty("parameters", out JsonElement parameters) ? parameters : AnyObject;
        }
        return functions;
    }
}
