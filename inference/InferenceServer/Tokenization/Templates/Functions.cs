using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>The filters and tests that a template may use, by name.</summary>
internal static class Functions
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyDictionary<string, Func<object?, object?>> Filters { get; } = new Dictionary<string, Func<object?, object?>>
    {
        ["trim"] = v => Text(v, "trim").Trim(),
        ["upper"] = v => Text(v, "upper").ToUpperInvariant(),
        ["lower"] = v => Text(v, "lower").ToLowerInvariant(),
        ["length"] = v => Length(v),
        ["tojson"] = ToJson,
    };

    public static IReadOnlyDictionary<string, Func<object?, bool>> Tests { get; } = new Dictionary<string, Func<object?, bool>>
    {
        ["defined"] = v => v is not Undefined,
        ["none"] = v => v is null,
        ["string"] = v => v is string,
    };

    private static string Text(object? value, string filter) =>
        value as string ?? throw new TemplateException($"chat template: {filter} of what is not a text");

    private static long Length(object? value) => value switch
    {
        string text => text.Length,
        IReadOnlyList<object?> list => list.Count,
        IReadOnlyDictionary<string, object?> map => map.Count,
        _ => throw new TemplateException("chat template: length of what is neither a text nor a list"),
    };

    private static string ToJson(object? value)
    {
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json, Json)) Write(writer, value);
        return System.Text.Encoding.UTF8.GetString(json.ToArray());
    }

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null: writer.WriteNullValue(); break;
            case bool b: writer.WriteBooleanValue(b); break;
            case long n: writer.WriteNumberValue(n); break;
            case string s: writer.WriteStringValue(s); break;
            case IReadOnlyDictionary<string, object?> map:
                writer.WriteStartObject();
                foreach ((string key, object? item) in map)
                {
                    writer.WritePropertyName(key);
                    Write(writer, item);
                }
                writer.WriteEndObject();
                break;
            case IReadOnlyList<object?> list:
                writer.WriteStartArray();
                foreach (object? item in list) Write(writer, item);
                writer.WriteEndArray();
                break;
            default: throw new TemplateException("chat template: tojson of an undefined value");
        }
    }
}
