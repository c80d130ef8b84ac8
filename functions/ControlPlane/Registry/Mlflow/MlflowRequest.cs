using System.Globalization;
using System.Text.Json;

namespace LlmOps.Registry.Mlflow;

/// <summary>A call of MLflow's REST interface: its method, the path after `mlflow/`, and its fields, from the query or a JSON body.</summary>
public sealed record MlflowRequest(string Method, string Path, IReadOnlyDictionary<string, IReadOnlyList<string>> Fields)
{
    /// <summary>A field's only value; null when it is absent or empty, as protobuf knows no difference here.</summary>
    public string? Field(string name) => Fields.TryGetValue(name, out IReadOnlyList<string>? values) && values is [{ Length: > 0 } value, ..] ? value : null;

    /// <summary>A repeated field's values.</summary>
    public IReadOnlyList<string> All(string name) => Fields.GetValueOrDefault(name) ?? [];

    /// <summary>Whether a field is there at all.</summary>
    public bool Has(string name) => Fields.ContainsKey(name);

    /// <summary>Reads the fields of a JSON body; null when it is not an object.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>>? Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            Dictionary<string, JsonElement>? document = body.Length == 0 ? [] : JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(body);
            return document?.Where(field => field.Value.ValueKind != JsonValueKind.Null).ToDictionary(field => field.Key, field => Values(field.Value));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> Values(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Text)] : [Text(value)];

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetInt64(out long number) => number.ToString(CultureInfo.InvariantCulture),
        _ => value.GetRawText(),
    };
}
