using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Wakes releases whose scheduled look is overdue: the message was lost between the save and the send. A stall of which people do not know yet is one.</summary>
public sealed class WakeReleases(ReleaseStore store, IMessageBus bus, TimeProvider clock)
{
    /// <summary>A look may be this late before it counts as lost.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public async Task Handle(CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        foreach (Release release in await store.List(null, cancellation))
        {
            if ((!release.Closed || release is { Phase: Phase.Stalled, StallTold: false }) && release.NextLookAt + Grace < now)
            {
                await bus.Send(new WorkItem(WorkItem.Advance, release.Model, release.Version, release.Tick).ToMessage(), cancellation);
            }
        }
    }
}
