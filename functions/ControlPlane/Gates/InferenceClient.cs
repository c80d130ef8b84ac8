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

    /// <summary>The time from request to the first text in milliseconds; null when it was not streamed.</summary>
    public double? FirstTokenMs { get; init; }
}

/// <summary>
/// What to ask for besides the answer: the log-probabilities of its tokens, and the text as it comes. With <paramref name="Echo"/>
/// there is no answer: the prompt is a text whose own tokens are to be scored.
/// </summary>
public readonly record struct Asked(bool Logprobs = false, bool Streamed = false, bool Echo = false);

/// <summary>Asks an OpenAI-compatible endpoint. What goes wrong is part of the answer, not an exception.</summary>
public sealed class InferenceClient(HttpClient http, TimeProvider clock)
{
    /// <summary>Asks one question greedily, as a chat of one message, or of those that the prompt lists as JSON.</summary>
    public Task<Completion> Ask(Uri endpoint, string model, string prompt, Asked asked, CancellationToken cancellation)
    {
        if (asked.Echo)
        {
            return Score(endpoint, model, prompt, cancellation);
        }
        JsonObject body = new() { ["model"] = model, ["temperature"] = 0, ["messages"] = Messages(prompt) };
        if (asked.Logprobs)
        {
            body["logprobs"] = true;
        }
        if (asked.Streamed)
        {
            body["stream"] = true;
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }
        return Send(endpoint, body, key: null, cancellation);
    }

    public Task<Completion> Ask(Uri endpoint, string model, string prompt, CancellationToken cancellation) =>
        Ask(endpoint, model, prompt, default, cancellation);

    // Some servers want to generate at least one token, and to list at least one likely one: what they refuse is asked so.
    private async Task<Completion> Score(Uri endpoint, string model, string text, CancellationToken cancellation)
    {
        Completion scored = await Echo(endpoint, model, text, least: 0, cancellation);
        return scored.Error?.StartsWith("HTTP 4", StringComparison.Ordinal) == true ? await Echo(endpoint, model, text, least: 1, cancellation) : scored;
    }

    private Task<Completion> Echo(Uri endpoint, string model, string text, int least, CancellationToken cancellation) => Post(
        Versioned(endpoint, "completions"),
        new JsonObject
        {
            ["model"] = model, ["temperature"] = 0, ["prompt"] = text, ["echo"] = true, ["logprobs"] = least, ["max_tokens"] = least,
        },
        key: null,
        async (response, elapsed, deadline) => EchoedText.Read(await response.Content.ReadAsStringAsync(deadline), least, elapsed()), cancellation);

    /// <summary>Asks a moderation endpoint whether a text is flagged; the answer's text is its whole reply, as JSON.</summary>
    internal Task<Completion> Moderate(Uri endpoint, string model, string text, string? key, CancellationToken cancellation) => Post(
        Versioned(endpoint, "moderations"), new JsonObject { ["model"] = model, ["input"] = text }, key,
        async (response, elapsed, deadline) => new Completion(await response.Content.ReadAsStringAsync(deadline), 0, elapsed(), null), cancellation);

    /// <summary>Posts a chat; the address may name the API's version or leave it to be added.</summary>
    internal Task<Completion> Send(Uri endpoint, JsonObject body, string? key, CancellationToken cancellation) => Post(
        Versioned(endpoint, "chat/completions"), body, key,
        async (response, elapsed, deadline) => response.Content.Headers.ContentType?.MediaType == "text/event-stream"
            ? await StreamedAnswer.Read(await response.Content.ReadAsStreamAsync(deadline), elapsed, deadline)
            : Read(await response.Content.ReadAsStringAsync(deadline), elapsed()),
        cancellation);

    [SuppressMessage("Design", "CA1031", Justification = "A server under test may fail in any way; the failure is the measurement.")]
    private async Task<Completion> Post(
        Uri address, JsonObject body, string? key, Func<HttpResponseMessage, Func<double>, CancellationToken, Task<Completion>> read, CancellationToken cancellation)
    {
        long start = clock.GetTimestamp();
        double Elapsed() => clock.GetElapsedTime(start).TotalMilliseconds;
        // What is streamed is read past the client's own time-out and buffer.
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(http.Timeout);
        bool streamed = body.ContainsKey("stream");
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            using HttpResponseMessage response = await http.SendAsync(
                request, streamed ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, deadline.Token);
            return response.IsSuccessStatusCode
                ? await read(response, Elapsed, deadline.Token)
                : new Completion("", 0, Elapsed(), $"HTTP {(int)response.StatusCode}");
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            return new Completion("", 0, Elapsed(), error.Message);
        }
    }

    private static Uri Versioned(Uri endpoint, string resource)
    {
        string path = endpoint.AbsolutePath.TrimEnd('/');
        return new Uri(endpoint, path.EndsWith("/v1", StringComparison.Ordinal) ? $"{path}/{resource}" : $"/v1/{resource}");
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
        double[] logprobs = [.. StreamedAnswer.Logprobs(choice)];
        return new Completion(choice.GetProperty("message").GetProperty("content").GetString() ?? "", StreamedAnswer.Tokens(document.RootElement) ?? 0, elapsed, null)
        {
            Perplexity = logprobs.Length == 0 ? null : Math.Exp(-logprobs.Average()),
            Fingerprint = StreamedAnswer.Fingerprint(document.RootElement),
        };
    }
}
