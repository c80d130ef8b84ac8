using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Kubernetes;

/// <summary>Reads objects of the Kubernetes API, in which each field may be missing: a missing one is undefined, never an error.</summary>
public static class JsonReading
{
    /// <summary>The value at a path of names; undefined when any of them is missing.</summary>
    public static JsonElement At(this JsonElement value, params ReadOnlySpan<string> path)
    {
        foreach (string name in path)
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                return default;
            }
        }
        return value;
    }

    public static string? Text(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? Whole(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long whole) ? whole : null;

    public static bool? Flag(this JsonElement value, params ReadOnlySpan<string> path) => value.At(path).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    public static IEnumerable<JsonElement> Items(this JsonElement value, params ReadOnlySpan<string> path) =>
        value.At(path) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static DateTimeOffset? Time(this JsonElement value, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(value.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>A condition of the object's status; undefined when it has none of that type.</summary>
    public static JsonElement Condition(this JsonElement value, string type) =>
        value.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    public static bool Is(this JsonElement value, string condition) => value.Condition(condition).Text("status") == "True";

    public static string Name(this JsonElement value) => value.Text("metadata", "name") ?? "";

    /// <summary>A copy that can be changed; an empty object where there is nothing.</summary>
    public static JsonNode Copy(this JsonElement value) => value.ValueKind == JsonValueKind.Undefined ? new JsonObject() : JsonNode.Parse(value.GetRawText())!;
}
