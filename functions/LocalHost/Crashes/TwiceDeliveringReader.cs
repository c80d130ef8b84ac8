using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Functions.Queues;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Crashes;

/// <summary>
/// Delivers each message three times: at once again, as a broker does whose acknowledgement was lost, and once more when
/// others have been handled in between, as a slow duplicate.
/// </summary>
internal sealed class TwiceDeliveringReader(IQueueReader reader, IMessageBus bus, TimeProvider clock) : IQueueReader
{
    private const string Mark = "again:";
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(400);

    public Task<Delivery?> Receive(string queue, CancellationToken cancellation) => reader.Receive(queue, cancellation);

    public async Task<bool> Complete(Delivery delivery, CancellationToken cancellation)
    {
        if (delivery.Id.StartsWith(Mark, StringComparison.Ordinal))
        {
            return await reader.Complete(delivery, cancellation);
        }
        if (delivery.Attempt == 1)
        {
            await reader.Abandon(delivery, "its acknowledgement was lost", TimeSpan.Zero, cancellation);
            return true;
        }
        DateTimeOffset late = clock.GetUtcNow() + Late;
        await bus.Send(
            new OutgoingMessage(delivery.Queue, Mark + delivery.Id, delivery.OrderingKey, delivery.Body, late), cancellation);
        return await reader.Complete(delivery, cancellation);
    }

    public Task<bool> Renew(Delivery delivery, CancellationToken cancellation) => reader.Renew(delivery, cancellation);

    public Task Abandon(Delivery delivery, string error, TimeSpan delay, CancellationToken cancellation) =>
        reader.Abandon(delivery, error, delay, cancellation);

    public Task ReleaseAll(CancellationToken cancellation) => reader.ReleaseAll(cancellation);

    public Task WaitForMessages(string queue, TimeSpan atMost, CancellationToken cancellation) =>
        reader.WaitForMessages(queue, atMost, cancellation);
}
