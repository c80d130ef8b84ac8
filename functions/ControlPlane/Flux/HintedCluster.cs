using LlmOps.Ports;

namespace LlmOps.Flux;

/// <summary>A cluster whose hint goes two ways: by its own API and to Flux' Receiver, at the same time.</summary>
internal sealed class HintedCluster(ICluster cluster, CallReceiver receiver) : ICluster
{
    public Task<string?> ReconciledRevision(CancellationToken cancellation) => cluster.ReconciledRevision(cancellation);

    public async Task RequestReconcile(CancellationToken cancellation)
    {
        Task<bool> heard = receiver.Handle(cancellation);
        try
        {
            await cluster.RequestReconcile(cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // One way is enough; without either the caller decides, as it does without a Receiver.
            if (!await heard)
            {
                throw;
            }
        }
        await heard;
    }

    public Task<SlotStatus?> Slot(string model, string slot, CancellationToken cancellation) => cluster.Slot(model, slot, cancellation);

    public Task<IReadOnlyList<ClusterEvent>> RecentEvents(string model, string slot, CancellationToken cancellation) =>
        cluster.RecentEvents(model, slot, cancellation);
}
