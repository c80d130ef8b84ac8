using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Staging → Evaluating when the cluster runs the committed version in its slot; Stalled when it does not in time.</summary>
public sealed class AwaitStaging(
    ICluster cluster, Reconciliation reconciliation, ReadPolicy policies, ControlPlaneOptions options, TimeProvider clock) : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Staging;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        bool reconciled = await reconciliation.Contains(release.Commit!, cancellation);
        SlotStatus? status = await cluster.Slot(release.Model, release.Slot!, cancellation);
        if (reconciled && status?.Serves(release.Digest) == true)
        {
            return new PhaseOutcome.Moved(
                release with { Phase = Phase.Evaluating, Reason = null },
                new AuditFact($"{release.Key}/Evaluating", "SlotReady", release.Model, release.Version,
                    $"the {release.Slot} slot runs it, ready in {status.ReadyReplicas} of {status.Replicas} replicas"));
        }
        ModelPolicy policy = await policies.Current(release.Model, cancellation);
        if (clock.GetUtcNow() - release.PhaseSince > policy.StagingDeadline)
        {
            IReadOnlyList<ClusterEvent> events = await cluster.RecentEvents(release.Model, release.Slot!, cancellation);
            string why = $"not ready after {policy.StagingDeadline}: {string.Join("; ", events.Take(3).Select(e => $"{e.Reason}: {e.Message}"))}";
            return new PhaseOutcome.Moved(
                release with { Phase = Phase.Stalled, Reason = why, Closed = true },
                new AuditFact($"{release.Key}/Stalled", "Stalled", release.Model, release.Version, why));
        }
        string what = !reconciled ? $"waits for the cluster to reconcile {release.Commit}" : $"waits for the {release.Slot} slot to be ready";
        return new PhaseOutcome.Waits(release, what, options.Recheck / 2);
    }
}
