using System.Collections.Concurrent;
using System.Net.Http.Json;

namespace LlmOps.LocalHost.Demo;

/// <summary>One request of the load: when it was sent and answered, whether it succeeded, and which version answered.</summary>
internal sealed record LoadRequest(DateTimeOffset SentAt, DateTimeOffset AnsweredAt, bool Succeeded, string? Version, string? Error);

/// <summary>
/// A steady load of chat requests through the gateway: one every interval whether or not the last was answered (open
/// loop), so that a slow server does not slow its own load.
/// </summary>
internal sealed class LoadGenerator(HttpClient http, Uri chat, string model, IReadOnlyList<string> prompts, TimeSpan interval, TimeProvider clock)
{
    private readonly ConcurrentQueue<LoadRequest> answered = new();

    /// <summary>What has been answered so far, in the order of the answers.</summary>
    public IReadOnlyList<LoadRequest> Answered => [.. answered];

    /// <summary>Sends until cancelled, then waits for what is still under way.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        List<Task> underWay = [];
        using PeriodicTimer timer = new(interval, clock);
        for (int number = 0; await Next(timer, cancellation); number++)
        {
            underWay.Add(Send(prompts[number % prompts.Count]));
            underWay.RemoveAll(task => task.IsCompletedSuccessfully);
        }
        await Task.WhenAll(underWay);
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken cancellation)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task Send(string prompt)
    {
        DateTimeOffset sent = clock.GetUtcNow();
        try
        {
            using HttpResponseMessage response = await http.PostAsJsonAsync(
                chat, new { model, max_tokens = 16, messages = new[] { new { role = "user", content = prompt } } });
            await response.Content.ReadAsByteArrayAsync();
            string? version = response.Headers.TryGetValues("x-llmops-version", out IEnumerable<string>? values) ? values.First() : null;
            string? error = response.IsSuccessStatusCode ? null : $"HTTP {(int)response.StatusCode}";
            answered.Enqueue(new LoadRequest(sent, clock.GetUtcNow(), response.IsSuccessStatusCode, version, error));
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            answered.Enqueue(new LoadRequest(sent, clock.GetUtcNow(), false, null, error.Message));
        }
    }
}
