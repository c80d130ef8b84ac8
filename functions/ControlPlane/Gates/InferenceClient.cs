using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Json;
using System.Text.Json;

namespace LlmOps.Gates;

/// <summary>A completion: its text, its generated tokens, the time from request to whole answer in milliseconds, or the error.</summary>
public sealed record Completion(string Text, int Tokens, double LatencyMs, string? Error);

/// <summary>Asks an OpenAI-compatible endpoint. What goes wrong is part of the answer, not an exception.</summary>
public sealed class InferenceClient(HttpClient http, TimeProvider clock)
{
    /// <summary>Asks one question greedily, as a chat of one message.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A server under test may fail in any way; the failure is the measurement.")]
    public async Task<Completion> Ask(Uri endpoint, string model, string prompt, CancellationToken cancellation)
    {
        long start = clock.GetTimestamp();
        try
        {
            using HttpResponseMessage response = await http.PostAsJsonAsync(
                new Uri(endpoint, "/v1/chat/completions"),
                new { model, temperature = 0, messages = new[] { new { role = "user", content = prompt } } }, cancellation);
            string body = await response.Content.ReadAsStringAsync(cancellation);
            double elapsed = clock.GetElapsedTime(start).TotalMilliseconds;
            return response.IsSuccessStatusCode ? Read(body, elapsed) : new Completion("", 0, elapsed, $"HTTP {(int)response.StatusCode}");
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            return new Completion("", 0, clock.GetElapsedTime(start).TotalMilliseconds, error.Message);
        }
    }

    private static Completion Read(string body, double elapsed)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement message = document.RootElement.GetProperty("choices")[0].GetProperty("message");
        int tokens = document.RootElement.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
        return new Completion(message.GetProperty("content").GetString() ?? "", tokens, elapsed, null);
    }
}
