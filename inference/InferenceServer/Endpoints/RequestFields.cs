using System.Text.Json;

namespace LlmOps.Inference.Endpoints;

/// <summary>Reads the fields of a request; remembers the first that is wrong and answers with defaults from then on.</summary>
internal sealed class RequestFields(JsonElement root)
{
    public ApiError? Error { get; private set; }

    public void Refuse(string? param, string message) => Error ??= ApiError.Invalid(param, message);

    /// <summary>The field, or null where it is absent or JSON's null.</summary>
    public JsonElement? Find(string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => TextOf(value, name),
        _ => Refused<string>(name, "must be a string"),
    };

    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => Refused<bool>(name, "must be true or false"),
    };

    public long? Integer(string name, long min, long max) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out long n) && n >= min && n <= max => n,
        _ => Refused<long?>(name, $"must be a whole number from {min} to {max}"),
    };

    public double? Number(string name, double min, double max) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.GetDouble() is var n && n >= min && n <= max => n,
        _ => Refused<double?>(name, $"must be a number from {min} to {max}"),
    };

    /// <summary>One string or a list of up to <paramref name="most"/>; none of them empty.</summary>
    public IReadOnlyList<string> Texts(string name, int most)
    {
        JsonElement[] items = Find(name) switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
            { } one => [one],
        };
        bool fits = items.Length <= most && items.All(i => i.ValueKind == JsonValueKind.String && TextOf(i, name).Length > 0);
        if (fits) return [.. items.Select(i => TextOf(i, name))];
        Refuse(name, $"'{name}' must be a string or a list of up to {most} strings, none empty.");
        return [];
    }

    /// <summary>Refuses a field whose value would change the answer in a way that this server cannot.</summary>
    public void RequireUnused(string name, Func<JsonElement, bool> harmless)
    {
        if (Find(name) is { } value && !harmless(value)) Refuse(name, $"'{name}' is not supported with this value.");
    }

    /// <summary>The characters of a JSON string, which may be written so that they form none.</summary>
    public string TextOf(JsonElement value, string param)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            Refuse(param, $"'{param}' is not valid Unicode.");
            return "";
        }
    }

    /// <summary>A property's name, or "" where its characters form none, which no field bears.</summary>
    public static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    private T? Refused<T>(string name, string rule)
    {
        Refuse(name, $"'{name}' {rule}.");
        return default;
    }
}
