using System.Text.Json;

namespace LlmOps.Admission.Configs;

/// <summary>All keys of a JSON tree, however deep, with their values.</summary>
internal static class JsonTree
{
    public static IEnumerable<(string Path, string Key, JsonElement Value)> Entries(JsonElement root)
    {
        Stack<(string Path, JsonElement Value)> open = new([("", root)]);
        while (open.TryPop(out (string Path, JsonElement Value) at))
        {
            if (at.Value.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty property in at.Value.EnumerateObject())
                {
                    string name = property.Name;
                    string path = Cut(at.Path.Length == 0 ? Cut(name) : $"{at.Path}.{Cut(name)}");
                    yield return (path, name, property.Value);
                    open.Push((path, property.Value));
                }
            }
            else if (at.Value.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement item in at.Value.EnumerateArray())
                {
                    open.Push((at.Path, item));
                }
            }
        }
    }

    // A path is for people, and its length must not multiply with the number of keys below it.
    private static string Cut(string text) => text.Length > 200 ? text[..200] : text;

    /// <summary>Whether a text leads out of the folder it stands in: absolute, upwards, or an address.</summary>
    public static bool LeadsOut(string text) =>
        text.StartsWith('/') || text.StartsWith('\\') || text.StartsWith('~') || text.Contains("://", StringComparison.Ordinal)
        || (text.Length > 1 && text[1] == ':') || text.Split('/', '\\').Contains("..");
}
