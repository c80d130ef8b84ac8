using System.Globalization;
using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>What persons decided about a rollout's pace, laid over what its traffic says. It never stops a rollback.</summary>
public sealed class RolloutBrake(ReadPolicy policies, ReadFreeze freeze)
{
    /// <summary>The model's policy, and why nothing of the model may go on now; null when it may.</summary>
    public async Task<(ModelPolicy Policy, string? Frozen)> Look(Release release, CancellationToken cancellation)
    {
        try
        {
            ModelPolicy policy = await policies.Current(release.Model, cancellation);
            return (policy, await freeze.OfRollouts(release.Model, policy, cancellation));
        }
        catch (ManifestException error) when (release is { Commit: not null, TrafficSince: not null } or { Commit: not null, InShadow: true })
        {
            // A policy that somebody broke since stops the rollout; what users meet is judged by that of the last commit.
            (ModelPolicy policy, _) = await policies.At(release.Model, release.Commit!, cancellation);
            return (policy, $"waits for a manifest to be mended: {error.Message}");
        }
    }

    /// <summary>Why the rollout may not go on to its next weight (in percent, 100 at the end), and what lets it; null when it may.</summary>
    public static string? Why(Release release, ModelPolicy policy, string? frozen, int next)
    {
        if (release.Held is { } held)
        {
            return $"{held.By} holds it: {held.Reason}; `llmops resume {release.Id}` lets it go on";
        }
        if (frozen is not null)
        {
            return frozen;
        }
        if (release is { TrafficSince: null, Rollout.Shadow.Until: not null } && ApproveRelease.Missing(release, policy.Approval, ApprovalStage.Users) is > 0 and var wanted)
        {
            return string.Create(CultureInfo.InvariantCulture, $"waits for {wanted} approval(s) before it gets its first users: `llmops approve {release.Id}`");
        }
        int missing = next == 100 ? ApproveRelease.Missing(release, policy.Approval, ApprovalStage.Promoted) : 0;
        return missing == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"waits for {missing} approval(s) before it gets all the traffic: `llmops approve {release.Id}`");
    }

    /// <summary>The decision that is carried out: a brake holds what would go on, and who had the waits skipped ends them.</summary>
    public static RolloutDecision Decide(RolloutDecision judged, Release release, string? brake) => judged switch
    {
        RolloutDecision.RollBack => judged,
        _ when brake is not null => new RolloutDecision.Hold(brake),
        RolloutDecision.Hold or RolloutDecision.Stall when release.Hastened is { } hastened => GoOn(release, $"{hastened.By} had the wait skipped: {judged.Reason}"),
        _ => judged,
    };

    private static RolloutDecision GoOn(Release release, string why) =>
        release.Rollout!.Percent == 100 ? new RolloutDecision.Promote(why) : new RolloutDecision.Advance(why);
}
