using System.Text.Json;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Endpoints;

/// <summary>What <c>response_format</c> holds the answer to: plain text, any JSON object, or JSON under a schema.</summary>
internal static class ResponseFormat
{
    /// <summary>Makes the constraint of an answer, or null where any text will do.</summary>
    public static TextRule? Read(RequestFields fields, ServedModel served)
    {
        if (fields.Find("response_format") is not { } format) return null;
        string? type = format.ValueKind == JsonValueKind.Object && format.TryGetProperty("type", out JsonElement name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;
        switch (type)
        {
            case "text":
                return null;
            case "json_object":
                return served.Grammars.Find("", SchemaGrammar.AnyObject);
            case "json_schema" when format.TryGetProperty("json_schema", out JsonElement named) && named.ValueKind == JsonValueKind.Object
                && named.TryGetProperty("schema", out JsonElement schema):
                return UnderSchema(schema, fields, served);
            default:
                fields.Refuse("response_format", "'response_format' must be of the type text, json_object, or json_schema with a schema.");
                return null;
        }
    }

    private static TextRule? UnderSchema(JsonElement schema, RequestFields fields, ServedModel served)
    {
        try
        {
            return served.Grammars.Find(schema.GetRawText(), () => SchemaGrammar.Of(schema));
        }
        catch (SchemaException e)
        {
            fields.Refuse("response_format", $"The schema cannot be kept to: {e.Message}.");
            return null;
        }
    }
}
