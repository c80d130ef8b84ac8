using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>After a rollback: sees the cluster run it, and, when the cooldown has passed, empties the bad version's slot.</summary>
public sealed class SettleRollback(
    Reconciliation reconciliation, ReadPolicy policies, EmptySlot emptySlot, EndMirror mirror, QuarantineDebt debt, ControlPlaneOptions options, TimeProvider clock) : IPhaseStep
{
    public bool Applies(Release release) => release is { Phase: Phase.RolledBack, Closed: false, Owed: null };

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        if (release.RevertReconciledAt is null)
        {
            return await reconciliation.Contains(release.Commit!, cancellation)
                ? new PhaseOutcome.Moved(
                    release with { RevertReconciledAt = clock.GetUtcNow() },
                    new AuditFact($"{release.Key}/revert-reconciled", "RollbackReconciled", release.Model, release.Version,
                        $"the cluster sends the traffic to {release.Champion} again", new Dictionary<string, string> { ["commit"] = release.Commit! }))
                : new PhaseOutcome.Waits(release, release.RolledBackFor ?? release.Reason ?? "", options.Recheck / 4);
        }
        if (await debt.Pay(release, cancellation) is { } owed)
        {
            return new PhaseOutcome.Waits(release, owed, options.Recheck);
        }
        TimeSpan left = release.PhaseSince + (await policies.Current(release.Model, cancellation)).Cooldown - clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            return new PhaseOutcome.Waits(release, release.RolledBackFor ?? release.Reason ?? "", left);
        }
        if (release.Rollout?.Shadow is not null)
        {
            await mirror.Make(release, "it was rolled back", cancellation);
        }
        if (await emptySlot.Make(release, release.Slot!, release.Runs, "it was rolled back", cancellation) is { Sha: null } waiting)
        {
            return PhaseOutcome.Waits.Until(release, waiting);
        }
        return new PhaseOutcome.Moved(
            release with { Closed = true, Reason = release.RolledBackFor ?? release.Reason },
            new AuditFact($"{release.Key}/cleared", "SlotCleared", release.Model, release.Version, $"the {release.Slot} slot is empty"));
    }
}
