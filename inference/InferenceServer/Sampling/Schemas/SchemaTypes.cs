using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>Which of JSON's types a schema speaks of.</summary>
/// <param name="follow">Finds what a reference names.</param>
internal sealed class SchemaTypes(Func<JsonElement, string, JsonElement> follow)
{
    private const int Deepest = 20;

    // Bytes of schemas that are read: branches that name the same branches multiply with each level. Finding one takes time too.
    private const long MostBytes = 20_000_000;
    private const int BytesOfPart = 64;

    private static readonly string[] OfObjects = ["properties", "additionalProperties", "required", "minProperties", "maxProperties"];
    private static readonly string[] OfArrays = ["items", "prefixItems", "minItems", "maxItems"];
    private static readonly string[] OfTexts = ["minLength", "maxLength", "pattern", "format"];

    private long _bytes;

    /// <summary>The types that a schema names; null where it names none.</summary>
    public static string[]? Named(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out JsonElement type)) return null;
        JsonElement[] types = type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray()] : [type];
        return [.. types.Select(one => one.ValueKind == JsonValueKind.String ? one.GetString()! : one.GetRawText())];
    }

    /// <summary>The type that a schema without one speaks of; null where it speaks of none.</summary>
    public static string? Guess(JsonElement schema) =>
        Speaks(schema, OfObjects) ? "object" : Speaks(schema, OfArrays) ? "array" : Speaks(schema, OfTexts) ? "string" : null;

    /// <summary>Whether a value is of one of these types.</summary>
    public static bool Allow(IEnumerable<string> types, JsonElement value) => types.Any(type => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && number == decimal.Truncate(number),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    });

    /// <summary>Refuses a type beside a keyword whose values need not be of it.</summary>
    public void RequireWithin(JsonElement schema, string keyword, string at)
    {
        if (Named(schema) is not { } types) return;
        JsonElement part = schema.GetProperty(keyword);
        JsonElement[] parts = part.ValueKind == JsonValueKind.Array ? [.. part.EnumerateArray()] : [follow(part, at)];
        if (!parts.All(one => AreWithin(one, types, at, 0))) throw new SchemaException($"{at}/type is not supported beside {keyword}, which may be of another");
    }

    private static bool Speaks(JsonElement schema, string[] keywords) => keywords.Any(keyword => schema.TryGetProperty(keyword, out _));

    private bool AreWithin(JsonElement schema, string[] types, string at, int depth)
    {
        if (depth > Deepest || schema.ValueKind != JsonValueKind.Object) return false;
        if ((_bytes += BytesOfPart + JsonMarshal.GetRawUtf8Value(schema).Length) > MostBytes) return false;
        if (schema.TryGetProperty("$ref", out JsonElement reference)) return AreWithin(follow(reference, at), types, at, depth + 1);
        if (schema.TryGetProperty("enum", out JsonElement values)) return values.ValueKind == JsonValueKind.Array && values.EnumerateArray().All(value => Allow(types, value));
        if (schema.TryGetProperty("const", out JsonElement only)) return Allow(types, only);
        foreach (string keyword in new[] { "anyOf", "oneOf", "allOf" })
        {
            if (schema.TryGetProperty(keyword, out JsonElement parts)) return parts.ValueKind == JsonValueKind.Array && parts.EnumerateArray().All(part => AreWithin(part, types, at, depth + 1));
        }
        string[] own = Named(schema) ?? (Guess(schema) is { } guess ? [guess] : []);
        return own.Length > 0 && own.All(one => types.Contains(one) || (one == "integer" && types.Contains("number")));
    }
}
