using System.Globalization;
using System.Text.Json;
using LlmOps.Audit;
using LlmOps.LocalHost.Stack;

namespace LlmOps.LocalHost.Demo;

/// <summary>The demonstration's load: questions of the golden set, from the first champion to the end.</summary>
internal sealed class DemoLoad : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly LoadGenerator generator;
    private Task running = Task.CompletedTask;

    public DemoLoad(Uri gateway, string samples, TimeSpan interval)
    {
        string dataset = Path.Combine(AppContext.BaseDirectory, "deploy", "apps", DemoVersions.Model, "eval", "golden.jsonl");
        List<string> prompts = [.. File.ReadLines(dataset).Where(line => line.Length > 0).Select(Prompt)];
        generator = new LoadGenerator(http, new Uri(gateway, $"/{DemoVersions.Model}/v1/chat/completions"), DemoVersions.Model, prompts, interval, TimeProvider.System);
    }

    public Task Start()
    {
        running = generator.Run(stop.Token);
        return Task.CompletedTask;
    }

    /// <summary>Waits for twenty successes in a row from the version that the rollback restored.</summary>
    public async Task UntilRestored(LocalStack stack, CancellationToken cancellation)
    {
        IReadOnlyList<AuditEntry> log = await stack.Services.GetRequiredService<ReadAudit>().Handle(0, cancellation);
        DateTimeOffset committed = DateTimeOffset.Parse(
            log.First(entry => entry.Kind == "RolledBack").Evidence["committedAt"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        long start = TimeProvider.System.GetTimestamp();
        while (TellDemo.FirstGood(generator.Answered, committed, "1.1.0") is null)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new DemoFailedException("1.1.0 did not answer twenty requests in a row after the rollback");
            }
            await Task.Delay(200, cancellation);
        }
    }

    /// <summary>Ends the load and returns what was answered.</summary>
    public async Task<IReadOnlyList<LoadRequest>> Stop()
    {
        await stop.CancelAsync();
        await running;
        return generator.Answered;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        http.Dispose();
        stop.Dispose();
    }

    private static string Prompt(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.GetProperty("prompt").GetString()!;
    }
}
