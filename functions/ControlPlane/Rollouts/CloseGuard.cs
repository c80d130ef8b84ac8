using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>Guarded → Done when the guard window has ended without an alert: the other slot is emptied.</summary>
public sealed class CloseGuard(EmptySlot emptySlot, TimeProvider clock) : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Guarded;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        TimeSpan left = release.GuardUntil!.Value - clock.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            return new PhaseOutcome.Waits(release, $"is guarded until {release.GuardUntil:u}", left);
        }
        if (release.Champion is { } former
            && await emptySlot.Make(release, Slots.Other(release.Slot!), former, $"the guard window of {release.Id} has ended", cancellation) is { Sha: null } waiting)
        {
            return PhaseOutcome.Waits.Until(release, waiting);
        }
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.Done, Reason = null, Closed = true },
            new AuditFact($"{release.Key}/Done", "GuardClosed", release.Model, release.Version, "the guard window ended without an alert"));
    }
}
