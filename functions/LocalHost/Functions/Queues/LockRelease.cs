namespace LlmOps.LocalHost.Functions.Queues;

/// <summary>Frees, before the pumps start, the messages that a process held when it died.</summary>
internal sealed class LockRelease(IQueueReader reader) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => reader.ReleaseAll(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
