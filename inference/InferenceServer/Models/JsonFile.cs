using System.Text.Json;

namespace LlmOps.Inference.Models;

/// <summary>A JSON file of a model folder; every missing or mistyped value is refused by its path.</summary>
internal sealed class JsonFile
{
    private readonly string _name;
    private readonly JsonElement _root;

    private JsonFile(string name, JsonElement root) => (_name, _root) = (name, root);

    public static JsonFile Read(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? Parse(name, File.ReadAllBytes(path)) : throw new RefusedModelException($"{name}: missing");
    }

    /// <summary>Parses the bytes of a file of this name.</summary>
    public static JsonFile Parse(string name, ReadOnlySpan<byte> json)
    {
        try
        {
            JsonElement root = JsonSerializer.Deserialize(json, ConfigJson.Default.JsonElement);
            if (root.ValueKind != JsonValueKind.Object) throw new RefusedModelException($"{name}: not a JSON object");
            return new JsonFile(name, root);
        }
        catch (JsonException e)
        {
            throw new RefusedModelException($"{name}: not JSON ({e.Message})");
        }
    }

    /// <summary>All keys however deep, with their values.</summary>
    public IEnumerable<(string Key, JsonElement Value)> Entries()
    {
        Stack<JsonElement> open = new([_root]);
        while (open.TryPop(out JsonElement at))
        {
            IEnumerable<JsonElement> inner = at.ValueKind == JsonValueKind.Array ? at.EnumerateArray() : [];
            if (at.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty property in at.EnumerateObject()) yield return (property.Name, property.Value);
                inner = at.EnumerateObject().Select(property => property.Value);
            }
            foreach (JsonElement value in inner) open.Push(value);
        }
    }

    public int Integer(string path) =>
        Find(path) is { ValueKind: JsonValueKind.Number } e && e.TryGetInt32(out int value) ? value : throw Refusal(path, "a whole number");

    public int? OptionalInteger(string path) => Find(path) is null or { ValueKind: JsonValueKind.Null } ? null : Integer(path);

    public double? OptionalNumber(string path) => Find(path) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } e => e.GetDouble(),
        _ => throw Refusal(path, "a number"),
    };

    public bool? OptionalFlag(string path) => Find(path) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Refusal(path, "true or false"),
    };

    public string Text(string path) =>
        Find(path) is { ValueKind: JsonValueKind.String } e ? e.GetString()! : throw Refusal(path, "a string");

    public string? OptionalText(string path) => Find(path) is null or { ValueKind: JsonValueKind.Null } ? null : Text(path);

    /// <summary>One token id or a list of them; empty when the value is absent.</summary>
    public IReadOnlyList<int> TokenIds(string path) => Find(path) switch
    {
        null or { ValueKind: JsonValueKind.Null } => [],
        { ValueKind: JsonValueKind.Number } => [Integer(path)],
        { ValueKind: JsonValueKind.Array } e when e.EnumerateArray().All(IsTokenId) => [.. e.EnumerateArray().Select(id => id.GetInt32())],
        _ => throw Refusal(path, "a token id or a list of token ids"),
    };

    public IEnumerable<JsonElement> Objects(string path) =>
        Find(path) is { ValueKind: JsonValueKind.Array } e && e.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
            ? e.EnumerateArray()
            : throw Refusal(path, "a list of objects");

    private static bool IsTokenId(JsonElement e) => e.ValueKind == JsonValueKind.Number && e.TryGetInt32(out _);

    private JsonElement? Find(string path)
    {
        JsonElement at = _root;
        foreach (string name in path.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at)) return null;
        }
        return at;
    }

    private RefusedModelException Refusal(string path, string wanted) => new($"{_name}: {path} is not {wanted}");
}
