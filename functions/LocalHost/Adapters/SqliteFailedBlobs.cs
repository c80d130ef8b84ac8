using LlmOps.LocalHost.Functions.Blobs;
using LlmOps.LocalHost.Functions.Queues;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>The queue in which the embedded host notes the blobs that it gave up on, as the Functions host does.</summary>
internal sealed class SqliteFailedBlobs(IQueueReader reader) : IFailedBlobs
{
    public async Task<IReadOnlyList<FailedBlob>> Take(int most, CancellationToken cancellation)
    {
        List<FailedBlob> taken = [];
        while (taken.Count < most && await reader.Receive(PoisonBlob.Queue, cancellation) is { } delivery)
        {
            taken.Add(new FailedBlob(delivery.Receipt, delivery.Body));
        }
        return taken;
    }

    public Task Remove(FailedBlob failed, CancellationToken cancellation) =>
        reader.Complete(new Delivery(PoisonBlob.Queue, Id: "", OrderingKey: "", failed.Note, Attempt: 0, failed.Receipt), cancellation);
}
