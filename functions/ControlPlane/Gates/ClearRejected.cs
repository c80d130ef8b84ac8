using LlmOps.Audit;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>
/// Empties the slot of a release that a person rejected, that failed its shadow or that a newer one superseded, once nothing is
/// copied to it any more.
/// </summary>
public sealed class ClearRejected(EmptySlot emptySlot, EndMirror mirror) : IPhaseStep
{
    public bool Applies(Release release) => release is { Phase: Phase.Refused or Phase.Superseded, Closed: false };

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        string why = PlainText.OneLine(release.Reason ?? "it was superseded");
        if (release.Rollout?.Shadow is not null)
        {
            await mirror.Make(release, why, cancellation);
        }
        if (await emptySlot.Make(release, release.Slot!, release.Runs, why, cancellation) is { Sha: null } waiting)
        {
            return PhaseOutcome.Waits.Until(release, waiting);
        }
        return new PhaseOutcome.Moved(
            release with { Closed = true },
            new AuditFact($"{release.Key}/cleared", "SlotCleared", release.Model, release.Version, $"the {release.Slot} slot is empty"));
    }
}
