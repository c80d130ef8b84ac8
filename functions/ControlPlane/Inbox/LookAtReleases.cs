using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Reviews;

namespace LlmOps.Inbox;

/// <summary>Looks at releases: takes one, or all that are under way, as far as they can go now, and has a new verdict shown.</summary>
public sealed class LookAtReleases(
    AdvanceRelease advance, OrderVerdict verdict, RefreshChecks checks, ReleaseStore store, ProposeSettings settings, ICluster cluster)
{
    public async Task One(WorkItem item, CancellationToken cancellation)
    {
        await advance.Handle(item, cancellation);
        await verdict.Handle(item.Model, item.Version, cancellation);
        await checks.Order(item.Model, cancellation);
    }

    public async Task All(CancellationToken cancellation)
    {
        foreach (Release release in await store.List(null, cancellation))
        {
            if (!release.Closed)
            {
                await One(new WorkItem(WorkItem.Advance, release.Model, release.Version), cancellation);
            }
        }
    }

    /// <summary>After a push: the cluster should not wait for its next interval either.</summary>
    public async Task AfterPush(CancellationToken cancellation)
    {
        await cluster.RequestReconcile(cancellation);
        await settings.Handle(cancellation);
        await All(cancellation);
    }
}
