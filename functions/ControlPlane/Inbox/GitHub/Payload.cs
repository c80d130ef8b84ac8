using System.Text.Json;

namespace LlmOps.Inbox.GitHub;

/// <summary>Reads an event's body by dotted paths; what is missing or of another kind is an <see cref="InvalidDataException"/> that names the path.</summary>
internal readonly struct Payload(JsonElement root)
{
    public bool Has(string path) => Find(path) is { ValueKind: not JsonValueKind.Null };

    public string Text(string path) =>
        Find(path) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : throw Missing(path, "text");

    public int Number(string path) =>
        Find(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt32(out int number) && number > 0 ? number : throw Missing(path, "number");

    public long Long(string path) =>
        Find(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out long number) ? number : throw Missing(path, "number");

    public DateTimeOffset Time(string path) =>
        Find(path) is { ValueKind: JsonValueKind.String } found && found.TryGetDateTimeOffset(out DateTimeOffset time) ? time : throw Missing(path, "time");

    private JsonElement? Find(string path)
    {
        JsonElement element = root;
        foreach (string name in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }
        return element;
    }

    private static InvalidDataException Missing(string path, string kind) => new($"the event has no {kind} at {path}");
}
