using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Registry;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>
/// Promoted → Guarded: the champion is the candidate, the former champion is `previous`, and the guard window opens. With
/// other settings the champion is the version that it was.
/// </summary>
public sealed class PromoteRelease(ModelRegistry registry, ReadPolicy policies) : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Promoted;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        ModelPolicy policy = await policies.Current(release.Model, cancellation);
        if (release.Settings is null)
        {
            Dictionary<string, string?> targets = new()
            {
                [Aliases.Champion] = release.Version, [Aliases.Previous] = release.Champion, [Aliases.Candidate] = null,
            };
            await registry.MoveAliases(release.Model, targets, "llmops", "promoted", $"{release.Key}/promoted", cancellation, $"{release.Key}{Aliases.RolledBackKey}");
        }
        DateTimeOffset until = release.PromotedAt!.Value + policy.Guard;
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.Guarded, GuardUntil = until },
            new AuditFact($"{release.Key}/Guarded", "GuardOpened", release.Model, release.Version,
                $"it is the champion; an alert rolls it back for {DurationText.Of(policy.Guard)}"));
    }
}
