using System.Text.Json;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>Reads the keywords of one schema and refuses those that would go unheard.</summary>
internal static class Keywords
{
    /// <summary>Most values or branches of a list.</summary>
    public const int MostValues = 1000;

    private const int MostRepeats = 2000;

    private static readonly HashSet<string> Annotations =
        ["title", "description", "default", "examples", "$schema", "$id", "$comment", "$defs", "definitions", "deprecated", "readOnly", "writeOnly", "additionalProperties", "required"];

    private static readonly string[] Whole = ["$ref", "enum", "const", "anyOf", "oneOf", "allOf"];

    private static readonly string[] OfOneType =
    [
        "properties", "minProperties", "maxProperties", "items", "prefixItems", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format",
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum",
    ];

    /// <summary>Refuses what is neither known here nor of no consequence.</summary>
    public static void Require(JsonElement schema, string at, params string[] known)
    {
        // Under a list of types each type has its own keywords.
        bool others = schema.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.Array;
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (keyword.Name != "type" && !Annotations.Contains(keyword.Name) && !known.Contains(keyword.Name) && !(others && OfOneType.Contains(keyword.Name)))
            {
                throw new SchemaException($"{at}/{keyword.Name} is not supported");
            }
        }
    }

    /// <summary>Refuses what stands beside a keyword that says all of the values.</summary>
    public static void RequireAlone(JsonElement schema, string at)
    {
        string[] found = [.. Whole.Where(keyword => schema.TryGetProperty(keyword, out _))];
        if (found.Length == 0) return;
        string? beside = schema.EnumerateObject().Select(keyword => keyword.Name)
            .FirstOrDefault(name => name != found[0] && name != "type" && (!Annotations.Contains(name) || name is "required" or "additionalProperties"));
        if (beside is not null) throw new SchemaException($"{at}/{beside} is not supported beside {found[0]}");
    }

    public static JsonElement[] Items(JsonElement list, string at) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= MostValues
            ? [.. list.EnumerateArray()]
            : throw new SchemaException($"{at} is not a list of 1 to {MostValues}");

    /// <summary>A number of characters, items or members; null where none is given.</summary>
    public static int? Bound(JsonElement schema, string keyword, string at)
    {
        if (!schema.TryGetProperty(keyword, out JsonElement bound)) return null;
        return bound.ValueKind == JsonValueKind.Number && bound.TryGetInt32(out int value) && value is >= 0 and <= MostRepeats
            ? value
            : throw new SchemaException($"{at}/{keyword} must be a whole number from 0 to {MostRepeats}");
    }

    /// <summary>A least and a most number, of which the least is no more than the most.</summary>
    public static (int Least, int? Most) Bounds(JsonElement schema, string least, string most, string at)
    {
        (int Least, int? Most) bounds = (Bound(schema, least, at) ?? 0, Bound(schema, most, at));
        return bounds.Most < bounds.Least ? throw new SchemaException($"{at}/{most} is less than {least}") : bounds;
    }
}
