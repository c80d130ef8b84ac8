using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Gates;

/// <summary>A completion: its text, its generated tokens, the time from request to whole answer in milliseconds, or the error.</summary>
public sealed record Completion(string Text, int Tokens, double LatencyMs, string? Error)
{
    /// <summary>exp of minus the mean log-probability of its tokens; null when not asked for or not told.</summary>
    public double? Perplexity { get; init; }

    /// <summary>The server's `system_fingerprint`: ours is `model@version`.</summary>
    public string? Fingerprint { get; init; }
}

/// <summary>Asks an OpenAI-compatible endpoint. What goes wrong is part of the answer, not an exception.</summary>
public sealed class InferenceClient(HttpClient http, TimeProvider clock)
{
    /// <summary>Asks one question greedily, as a chat of one message, or of those that the prompt lists as JSON.</summary>
    public Task<Completion> Ask(Uri endpoint, string model, string prompt, bool logprobs, CancellationToken cancellation)
    {
        JsonObject body = new() { ["model"] = model, ["temperature"] = 0, ["messages"] = Messages(prompt) };
        if (logprobs)
        {
            body["logprobs"] = true;
        }
        return Send(endpoint, body, key: null, cancellation);
    }

    public Task<Completion> Ask(Uri endpoint, string model, string prompt, CancellationToken cancellation) =>
        Ask(endpoint, model, prompt, logprobs: false, cancellation);

    /// <summary>Posts a chat; the address may name the API's version or leave it to be added.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A server under test may fail in any way; the failure is the measurement.")]
    internal async Task<Completion> Send(Uri endpoint, JsonObject body, string? key, CancellationToken cancellation)
    {
        long start = clock.GetTimestamp();
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, Chat(endpoint)) { Content = JsonContent.Create(body) };
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using HttpResponseMessage response = await http.SendAsync(request, cancellation);
            string answer = await response.Content.ReadAsStringAsync(cancellation);
            double elapsed = clock.GetElapsedTime(start).TotalMilliseconds;
            return response.IsSuccessStatusCode ? Read(answer, elapsed) : new Completion("", 0, elapsed, $"HTTP {(int)response.StatusCode}");
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            return new Completion("", 0, clock.GetElapsedTime(start).TotalMilliseconds, error.Message);
        }
    }

    private static Uri Chat(Uri endpoint)
    {
        string path = endpoint.AbsolutePath.TrimEnd('/');
        return new Uri(endpoint, path.EndsWith("/v1", StringComparison.Ordinal) ? $"{path}/chat/completions" : "/v1/chat/completions");
    }

    private static JsonArray Messages(string prompt)
    {
        if (prompt.TrimStart().StartsWith('['))
        {
            try
            {
                if (JsonNode.Parse(prompt) is JsonArray { Count: > 0 } chat && chat.All(message => message is JsonObject one && one.ContainsKey("role")))
                {
                    return chat;
                }
            }
            catch (JsonException)
            {
                // It is text that starts with a bracket.
            }
        }
        return [new JsonObject { ["role"] = "user", ["content"] = prompt }];
    }

    private static Completion Read(string body, double elapsed)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement choice = document.RootElement.GetProperty("choices")[0];
        int tokens = document.RootElement.TryGetProperty("usage", out JsonElement usage) ? usage.GetProperty("completion_tokens").GetInt32() : 0;
        return new Completion(choice.GetProperty("message").GetProperty("content").GetString() ?? "", tokens, elapsed, null)
        {
            Perplexity = Perplexity(choice),
            Fingerprint = document.RootElement.TryGetProperty("system_fingerprint", out JsonElement print) && print.ValueKind == JsonValueKind.String
                ? print.GetString() : null,
        };
    }

    private static double? Perplexity(JsonElement choice)
    {
        if (!choice.TryGetProperty("logprobs", out JsonElement told) || told.ValueKind != JsonValueKind.Object
            || !told.TryGetProperty("content", out JsonElement tokens) || tokens.ValueKind != JsonValueKind.Array || tokens.GetArrayLength() == 0)
        {
            return null;
        }
        return Math.Exp(-tokens.EnumerateArray().Average(token => token.GetProperty("logprob").GetDouble()));
    }
}
