using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>
/// Holds a JSON value against the common part of JSON Schema: type, enum, const, properties, required,
/// additionalProperties, items, limits of numbers, lengths and counts, pattern, uniqueItems, allOf, anyOf, oneOf, not. Any
/// other keyword that would decide is an error when the file is read: a schema that is half understood would pass too much.
/// </summary>
internal static class JsonSchema
{
    private static readonly HashSet<string> Deciding = new(StringComparer.Ordinal)
    {
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "minimum", "maximum", "exclusiveMinimum",
        "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "uniqueItems", "allOf", "anyOf", "oneOf", "not",
    };

    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal) { "$schema", "$id", "title", "description", "default", "examples", "$comment" };

    /// <summary>The schema in an assertion's value: a mapping, or YAML text; null without one.</summary>
    public static JsonNode? Of(string place, JsonNode? value) => AssertionReader.Text(value) is { } text ? YamlJson.Parse(place, text) : value;

    /// <summary>Throws <see cref="ManifestException"/> for a schema that is not wholly understood.</summary>
    public static void Check(string place, JsonNode? schema)
    {
        if (schema is null || schema.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
        {
            return;
        }
        if (schema is not JsonObject map)
        {
            throw new ManifestException(place, "a JSON schema is a mapping");
        }
        foreach ((string key, JsonNode? value) in map)
        {
            if (!Deciding.Contains(key) && !Telling.Contains(key))
            {
                throw new ManifestException(place, $"'{key}' of JSON Schema is not understood here");
            }
            IEnumerable<JsonNode?> parts = key switch
            {
                "properties" => (value as JsonObject)?.Select(property => property.Value) ?? throw new ManifestException(place, "properties must be a mapping"),
                "items" or "additionalProperties" or "not" => [value],
                "allOf" or "anyOf" or "oneOf" => value as JsonArray ?? throw new ManifestException(place, $"{key} must be a list"),
                _ => [],
            };
            foreach (JsonNode? part in parts)
            {
                Check(place, part);
            }
            if (key == "pattern")
            {
                _ = AssertionReader.Compiled(place, Template.Text(value));
            }
        }
    }

    /// <summary>What of a value is not as the schema says; null when all is.</summary>
    public static string? Problem(JsonNode? schema, JsonNode? value, string at = "$")
    {
        if (schema is not JsonObject map)
        {
            return schema is JsonValue no && no.GetValueKind() == JsonValueKind.False ? $"{at} must not be there" : null;
        }
        foreach ((string key, JsonNode? wanted) in map)
        {
            if (Broken(map, key, wanted, value, at) is { } problem)
            {
                return problem;
            }
        }
        return null;
    }

    private static string? Broken(JsonObject schema, string key, JsonNode? wanted, JsonNode? value, string at)
    {
        JsonValueKind kind = value?.GetValueKind() ?? JsonValueKind.Null;
        double? number = kind == JsonValueKind.Number ? double.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture) : null;
        string? text = kind == JsonValueKind.String ? value!.GetValue<string>() : null;
        int? length = text?.EnumerateRunes().Count();
        int? count = (value as JsonArray)?.Count;
        double limit = key.Contains("min", StringComparison.OrdinalIgnoreCase) || key.Contains("max", StringComparison.OrdinalIgnoreCase)
            ? double.Parse(wanted!.ToJsonString(), CultureInfo.InvariantCulture) : 0;
        string? Unless(bool holds, string what) => holds ? null : $"{at} {what}";
        return key switch
        {
            "type" => Unless((wanted as JsonArray ?? [wanted?.DeepClone()]).Any(type => Is(Template.Text(type), kind, number)), $"must be {wanted!.ToJsonString()}"),
            "enum" => Unless(wanted is JsonArray any && any.Any(item => JsonNode.DeepEquals(item, value)), $"must be one of {wanted?.ToJsonString()}"),
            "const" => Unless(JsonNode.DeepEquals(wanted, value), $"must be {wanted?.ToJsonString() ?? "null"}"),
            "minimum" => Unless(!(number < limit), $"must be at least {limit}"),
            "maximum" => Unless(!(number > limit), $"must be at most {limit}"),
            "exclusiveMinimum" => Unless(!(number <= limit), $"must be above {limit}"),
            "exclusiveMaximum" => Unless(!(number >= limit), $"must be below {limit}"),
            "minLength" => Unless(!(length < limit), $"must have {limit} characters or more"),
            "maxLength" => Unless(!(length > limit), $"must have {limit} characters or fewer"),
            "minItems" => Unless(!(count < limit), $"must have {limit} items or more"),
            "maxItems" => Unless(!(count > limit), $"must have {limit} items or fewer"),
            "pattern" => Unless(text is null || CheckAnswer.Matches(text, Template.Text(wanted)), $"must match {wanted}"),
            "uniqueItems" => Unless(value is not JsonArray items || !Template.Text(wanted).Equals("true", StringComparison.Ordinal)
                || !items.Where((item, i) => items.Take(i).Any(before => JsonNode.DeepEquals(before, item))).Any(), "must have no item twice"),
            "required" => value is JsonObject holder && wanted is JsonArray names && names.Select(Template.Text).FirstOrDefault(name => !holder.ContainsKey(name)) is { } missing
                ? $"{at}.{missing} is missing" : null,
            "properties" => value is JsonObject whole ? First(((JsonObject)wanted!).Where(property => whole.ContainsKey(property.Key))
                .Select(property => Problem(property.Value, whole[property.Key], $"{at}.{property.Key}"))) : null,
            "additionalProperties" => value is JsonObject others ? First(others.Where(property => (schema["properties"] as JsonObject)?.ContainsKey(property.Key) != true)
                .Select(property => Problem(wanted, property.Value, $"{at}.{property.Key}"))) : null,
            "items" => value is JsonArray list ? First(list.Select((item, i) => Problem(wanted, item, $"{at}[{i}]"))) : null,
            "allOf" => First(((JsonArray)wanted!).Select(part => Problem(part, value, at))),
            "anyOf" => Unless(((JsonArray)wanted!).Any(part => Problem(part, value, at) is null), "fits none of anyOf"),
            "oneOf" => Unless(((JsonArray)wanted!).Count(part => Problem(part, value, at) is null) == 1, "must fit exactly one of oneOf"),
            "not" => Unless(Problem(wanted, value, at) is not null, "fits what it must not"),
            _ => null,
        };
    }

    private static string? First(IEnumerable<string?> problems) => problems.FirstOrDefault(problem => problem is not null);

    private static bool Is(string type, JsonValueKind kind, double? number) => type switch
    {
        "object" => kind == JsonValueKind.Object,
        "array" => kind == JsonValueKind.Array,
        "string" => kind == JsonValueKind.String,
        "number" => kind == JsonValueKind.Number,
        "integer" => number is { } value && Math.Floor(value) == value,
        "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
        "null" => kind == JsonValueKind.Null,
        _ => false,
    };
}
