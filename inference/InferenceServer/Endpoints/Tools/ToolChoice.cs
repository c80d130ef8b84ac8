using System.Text.Json;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Endpoints.Tools;

/// <summary>What <c>tool_choice</c> says: whether the model may, must not or must call, and which function.</summary>
internal sealed record ToolChoice(bool Allowed, bool Required, string? Function)
{
    public static ToolChoice Read(RequestFields fields, IReadOnlyDictionary<string, JsonElement> functions)
    {
        ToolChoice auto = new(functions.Count > 0, Required: false, null);
        if (fields.Find("tool_choice") is not { } given) return auto;
        string? word = given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        if (word == "none") return new ToolChoice(false, false, null);
        if (functions.Count == 0 && word != "auto") fields.Refuse("tool_choice", "'tool_choice' needs 'tools'.");
        if (word == "auto") return auto;
        if (word == "required") return auto with { Required = true };
        if (given.ValueKind == JsonValueKind.Object && given.TryGetProperty("function", out JsonElement function) && function.ValueKind == JsonValueKind.Object
            && function.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String && functions.ContainsKey(name.GetString()!))
        {
            return new ToolChoice(Allowed: true, Required: true, name.GetString());
        }
        fields.Refuse("tool_choice", "'tool_choice' must be none, auto, required, or a function of 'tools'.");
        return auto;
    }

    /// <summary>Holds an answer to one call of the function that is named, or to one or more of any.</summary>
    /// <param name="format">How the model writes a call.</param>
    /// <param name="functions">The schemas of the functions' arguments by their names.</param>
    /// <param name="parallel">Whether there may be several.</param>
    /// <param name="grammars">The grammars of the model's vocabulary.</param>
    /// <exception cref="SchemaException">Answers cannot be held to one of the schemas.</exception>
    public TextRule Constraint(ToolFormat format, IReadOnlyDictionary<string, JsonElement> functions, bool parallel, KnownGrammars grammars)
    {
        ListFrame frame = new(format.Opening, parallel && Function is null ? format.Between : null, format.Closing);
        FramedSchema[] calls =
        [
            .. from function in functions
               where Function is null || Function == function.Key
               select new FramedSchema($$"""{"name": "{{function.Key}}", "{{format.Arguments}}": """, function.Value, "}"),
        ];
        string key = string.Join('\n', [frame.ToString(), .. calls.Select(call => $"{call.Before}{call.Schema.GetRawText()}")]);
        return grammars.Find(key, () => SchemaGrammar.OfChoices(calls, frame));
    }
}
