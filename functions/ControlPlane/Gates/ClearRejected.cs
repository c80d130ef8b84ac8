using LlmOps.Audit;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>Empties the slot of a release that a person rejected, or that a newer one superseded.</summary>
public sealed class ClearRejected(EmptySlot emptySlot) : IPhaseStep
{
    public bool Applies(Release release) => release is { Phase: Phase.Refused or Phase.Superseded, Closed: false };

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        if (await emptySlot.Make(release, release.Slot!, release.Runs, release.Phase == Phase.Refused ? "a person rejected it" : release.Reason ?? "it was superseded", cancellation) is { Sha: null } waiting)
        {
            return PhaseOutcome.Waits.Until(release, waiting);
        }
        return new PhaseOutcome.Moved(
            release with { Closed = true },
            new AuditFact($"{release.Key}/cleared", "SlotCleared", release.Model, release.Version, $"the {release.Slot} slot is empty"));
    }
}
