using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Gates.Suites;

/// <summary>Finds JSON objects within a text.</summary>
internal static class JsonWithin
{
    private const int Longest = 100_000;

    /// <summary>The objects in order, not those within another; braces in texts are understood as JSON does.</summary>
    public static IEnumerable<JsonNode> Objects(string text)
    {
        for (int i = text.IndexOf('{', StringComparison.Ordinal); i >= 0 && i < text.Length; i = text.IndexOf('{', i))
        {
            (JsonNode? found, int length) = At(text, i);
            i += Math.Max(1, length);
            if (found is not null)
            {
                yield return found;
            }
            if (i >= text.Length)
            {
                yield break;
            }
        }
    }

    private static (JsonNode? Found, int Length) At(string text, int start)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text.Substring(start, Math.Min(Longest, text.Length - start)));
        Utf8JsonReader reader = new(bytes, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            JsonNode? node = JsonNode.Parse(ref reader);
            return (node, System.Text.Encoding.UTF8.GetCharCount(bytes, 0, (int)reader.BytesConsumed));
        }
        catch (JsonException)
        {
            return (null, 1);
        }
    }
}
