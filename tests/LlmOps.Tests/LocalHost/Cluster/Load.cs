using System.Collections.Concurrent;
using System.Net;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>Clients that ask the gateway again and again until stopped, and keep what they were answered.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentQueue<(HttpStatusCode Code, string Slot)> answers = new();
    private readonly Task clients;

    public Load(ClusterUnderTest test, int count = 4) =>
        clients = Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => Client(test))));

    public IReadOnlyCollection<(HttpStatusCode Code, string Slot)> Answers => answers;

    public int Failed => answers.Count(answer => answer.Code != HttpStatusCode.OK);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await clients;
    }

    private async Task Client(ClusterUnderTest test)
    {
        while (!end.IsCancellationRequested)
        {
            using HttpResponseMessage answer = await test.Ask();
            answers.Enqueue((answer.StatusCode, answer.Headers.GetValues("x-llmops-slot").Single()));
            await Task.Delay(10);
        }
    }
}
