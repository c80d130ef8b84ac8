using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Functions.Queues;

namespace LlmOps.LocalHost.Crashes;

/// <summary>A point after each message that was settled.</summary>
internal sealed class CrashingQueueReader(IQueueReader reader, CrashPoints points) : IQueueReader
{
    public Task<Delivery?> Receive(string queue, CancellationToken cancellation) => reader.Receive(queue, cancellation);

    public async Task<bool> Complete(Delivery delivery, CancellationToken cancellation)
    {
        bool held = await reader.Complete(delivery, cancellation);
        points.Reached("complete", $"{delivery.Queue} {delivery.OrderingKey}");
        return held;
    }

    public Task<bool> Renew(Delivery delivery, CancellationToken cancellation) => reader.Renew(delivery, cancellation);

    public async Task Abandon(Delivery delivery, string error, TimeSpan delay, CancellationToken cancellation)
    {
        await reader.Abandon(delivery, error, delay, cancellation);
        points.Reached("abandon", $"{delivery.Queue} {delivery.OrderingKey}");
    }

    public Task ReleaseAll(CancellationToken cancellation) => reader.ReleaseAll(cancellation);

    public Task WaitForMessages(string queue, TimeSpan atMost, CancellationToken cancellation) =>
        reader.WaitForMessages(queue, atMost, cancellation);
}
