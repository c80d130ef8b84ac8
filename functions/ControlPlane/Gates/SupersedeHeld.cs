using LlmOps.Audit;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>AwaitingApproval → Superseded when a newer version of the model has been verified: what nobody decided on makes room.</summary>
public sealed class SupersedeHeld(ReleaseStore store, ControlPlaneOptions options) : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.AwaitingApproval;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        IReadOnlyList<Release> releases = await store.List(release.Model, cancellation);
        if (releases.FirstOrDefault(other => other.Phase == Phase.Verified && other.UploadedAt > release.UploadedAt) is not { } newer)
        {
            return new PhaseOutcome.Waits(release, release.Reason ?? "", options.Recheck);
        }
        // Stated before its slot is emptied: an approval that comes at the same time wins or loses, and never finds it empty.
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.Superseded, Reason = $"{newer.Id} takes its place" },
            new AuditFact($"{release.Key}/Superseded", "Superseded", release.Model, release.Version, $"{newer.Id} takes its place; it had no traffic"));
    }
}
