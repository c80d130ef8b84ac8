using System.Text;
using System.Text.Json;

namespace LlmOps.Gates;

/// <summary>Reads a chat's answer as it is streamed: server-sent events of chunks, the last of which tells the usage.</summary>
internal static class StreamedAnswer
{
    // Bytes; the same as for an answer that comes whole.
    private const int LongestAnswer = 4 << 20;

    /// <summary>Reads to the end of the stream; <paramref name="elapsed"/> tells the milliseconds since the request.</summary>
    public static async Task<Completion> Read(Stream stream, Func<double> elapsed, CancellationToken cancellation)
    {
        using StreamReader lines = new(stream);
        StringBuilder text = new();
        List<double> logprobs = [];
        (int tokens, double? first, string? fingerprint, long read) = (0, null, null, 0);
        while (await lines.ReadLineAsync(cancellation) is { } line)
        {
            if ((read += line.Length) > LongestAnswer)
            {
                throw new InvalidDataException($"the answer is longer than {LongestAnswer:N0} characters");
            }
            if (!line.StartsWith("data:", StringComparison.Ordinal) || line[5..].Trim() is not { Length: > 0 } data || data == "[DONE]")
            {
                continue;
            }
            using JsonDocument chunk = JsonDocument.Parse(data);
            JsonElement root = chunk.RootElement;
            if (root.TryGetProperty("error", out JsonElement error))
            {
                return new Completion(text.ToString(), tokens, elapsed(), $"the stream ended in an error: {error.GetRawText()}");
            }
            fingerprint ??= Fingerprint(root);
            tokens = Tokens(root) ?? tokens;
            foreach (JsonElement choice in Choices(root))
            {
                string part = Content(choice);
                first ??= part.Length > 0 ? elapsed() : null;
                text.Append(part);
                logprobs.AddRange(Logprobs(choice));
            }
        }
        return new Completion(text.ToString(), tokens, elapsed(), null)
        {
            FirstTokenMs = first, Fingerprint = fingerprint, Perplexity = logprobs.Count == 0 ? null : Math.Exp(-logprobs.Average()),
        };
    }

    /// <summary>The server's name for what answered, or null.</summary>
    internal static string? Fingerprint(JsonElement answer) =>
        answer.TryGetProperty("system_fingerprint", out JsonElement print) && print.ValueKind == JsonValueKind.String ? print.GetString() : null;

    /// <summary>The tokens that were generated, where the answer says it.</summary>
    internal static int? Tokens(JsonElement answer) =>
        answer.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object ? usage.GetProperty("completion_tokens").GetInt32() : null;

    /// <summary>The log-probabilities of a choice's tokens; none where they are not told.</summary>
    internal static IEnumerable<double> Logprobs(JsonElement choice) =>
        choice.TryGetProperty("logprobs", out JsonElement told) && told.ValueKind == JsonValueKind.Object
            && told.TryGetProperty("content", out JsonElement tokens) && tokens.ValueKind == JsonValueKind.Array
            ? [.. tokens.EnumerateArray().Select(token => token.GetProperty("logprob").GetDouble())]
            : [];

    private static JsonElement.ArrayEnumerator Choices(JsonElement chunk) =>
        chunk.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array ? choices.EnumerateArray() : default;

    private static string Content(JsonElement choice) =>
        choice.TryGetProperty("delta", out JsonElement delta) && delta.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String
            ? content.GetString()! : "";
}
