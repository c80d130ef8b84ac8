using System.Text.Json;

namespace LlmOps.Inference.Tokenization;

/// <summary>An object of a <c>tokenizer.json</c> and where it stands there, so that what is not supported is refused by its place.</summary>
internal readonly record struct Part(JsonElement Json, string Path)
{
    public string Type => Text("type");

    public Part Get(string name) => Find(name) ?? throw new UnsupportedTokenizerException($"tokenizer.json: {At(name)} is missing");

    /// <summary>The part of that name, or null where it is absent or JSON's null.</summary>
    public Part? Find(string name) =>
        Json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? new Part(value, At(name)) : null;

    public string Text(string name) => Get(name).Json.GetString()!;

    public string? OptionalText(string name) => Find(name)?.Json.GetString();

    public int Integer(string name) => Get(name).Json.GetInt32();

    /// <summary>Whether a flag is there and true; or what is to hold without it.</summary>
    public bool Flag(string name, bool otherwise = false) => Find(name) is { } flag ? flag.Json.GetBoolean() : otherwise;

    public IReadOnlyList<Part> Items(string name)
    {
        Part list = Get(name);
        return [.. list.Json.EnumerateArray().Select((item, i) => new Part(item, $"{list.Path}[{i}]"))];
    }

    /// <summary>Refuses a setting that would change the tokens in a way that is not built.</summary>
    public void RequireUnset(params string[] names)
    {
        foreach (string name in names)
        {
            bool unset = Find(name) is not { } value || value.Json.ValueKind switch
            {
                JsonValueKind.False => true,
                JsonValueKind.String => value.Json.GetString()!.Length == 0,
                JsonValueKind.Number => value.Json.GetDouble() == 0,
                _ => false,
            };
            if (!unset) throw Unsupported(name);
        }
    }

    public UnsupportedTokenizerException Unsupported(string? name = null) =>
        new($"tokenizer.json: {(name is null ? $"{Path} of the type {Type}" : At(name))} is not supported");

    private string At(string name) => Path.Length == 0 ? name : $"{Path}.{name}";
}
