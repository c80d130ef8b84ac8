using System.Globalization;
using LlmOps.Audit;
using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>
/// The shadow before the first step: users' requests are copied to the candidate, and what its servers make of them is judged
/// like a step. It ends in the steps, in a refusal that no user was harmed by, or at its deadline. What was decided is saved
/// first; then the copies end.
/// </summary>
public sealed class ShadowCandidate(
    SetMirror mirror, EndMirror endMirror, Reconciliation reconciliation, ObserveRollout observe, ControlPlaneOptions options, TimeProvider clock)
{
    /// <summary>Whether a release on its way is to be in its shadow now. A model's first release has no requests to copy.</summary>
    public static bool IsDue(Release release, RolloutPolicy policy) =>
        release is { Champion: not null, TrafficSince: null, Rollout: { Step: 0, Shadow: var shadow } }
        && (shadow is null ? policy.Shadow is not null && release is { Commit: null, Hastened: null } : shadow.Until is null);

    public async Task<PhaseOutcome> Take(Release release, ModelPolicy model, string? brake, CancellationToken cancellation)
    {
        if (release.Rollout!.Shadow is not { } shadow)
        {
            // Copies that were committed and not noted, because a person's order was saved first, are the release's own all the same.
            return brake is null || await mirror.Stands(release, cancellation)
                ? await Start(release, model.Rollout.Shadow!.Percent, cancellation)
                : new PhaseOutcome.Waits(release, brake, options.Recheck);
        }
        if (model.Rollout.Shadow is not { } asked)
        {
            return Pass(release, "gates.yaml asks for no shadow any more");
        }
        RolloutPolicy policy = model.Rollout.Judging(asked);
        Observation look = await observe.Look(release, policy, cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        if (release.Rollout.StepSince is not { } since)
        {
            return await Begin(look, shadow, policy, cancellation);
        }
        (release, RolloutState state) = (look.Seen, look.Seen.Rollout!);
        RolloutDecision judged = look.Limit(
            Rollout.Decide(false, since, look.Counts, MetricTest.Of(state.Metrics, policy, lastStep: false), policy, now), now - since, policy);
        if (judged is RolloutDecision.Advance && !await mirror.Stands(release, cancellation))
        {
            judged = new RolloutDecision.Hold($"{Slots.RoutePath(release.Model)} does not copy requests to it any more: a person decides", look.Counts);
        }
        RolloutDecision decision = judged switch
        {
            RolloutDecision.Hold or RolloutDecision.Stall when release.Hastened is { } hastened =>
                new RolloutDecision.Advance($"{hastened.By} had the wait skipped: {judged.What}", judged.Counts),
            RolloutDecision.Hold when now - since >= asked.Deadline => new RolloutDecision.Stall(judged.What, judged.Counts),
            _ => judged,
        };
        return Settle(decision, release with { Rollout = ObserveRollout.Settle(state, policy, lastStep: false) });
    }

    /// <summary>
    /// After a shadow that passed, where something keeps the release from its first step: nothing is copied meanwhile. What waits
    /// for approval waits as before the first traffic, so that it can be rejected, and a newer version can take its place.
    /// </summary>
    public async Task<PhaseOutcome> AwaitUsers(Release release, ModelPolicy model, string brake, CancellationToken cancellation)
    {
        await EndCopies(release, cancellation);
        int missing = release.Rollout!.Shadow is null ? 0 : ApproveRelease.Missing(release, model.Approval, ApprovalStage.Users);
        if (missing == 0)
        {
            return new PhaseOutcome.Waits(release, brake, options.Recheck);
        }
        string why = string.Create(CultureInfo.InvariantCulture,
            $"its shadow passed on {release.Rollout.Shadow!.Requests} copies; waits for {missing} approval(s): `llmops approve {release.Id}` or `llmops reject {release.Id}`");
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.AwaitingApproval, Reason = why }, Fact(release, "shadow/approval", "ApprovalAsked", why));
    }

    /// <summary>Ends the copies of a shadow that passed, once, before its first step does.</summary>
    public Task EndCopies(Release release, CancellationToken cancellation) =>
        release.Rollout?.Shadow is null ? Task.CompletedTask : endMirror.Make(release, "Its shadow passed, and its first step has to wait.", cancellation);

    private async Task<PhaseOutcome> Start(Release release, int percent, CancellationToken cancellation)
    {
        ChangeOutcome change = await mirror.Make(release, percent, cancellation);
        if (change.Sha is not { } sha)
        {
            return change.LookAgainIn is null ? new PhaseOutcome.Waits(release, change.Refusal!, options.Recheck) : PhaseOutcome.Waits.Until(release, change);
        }
        ShadowState shadow = new(percent, change.At);
        return new PhaseOutcome.Moved(
            release with { Commit = sha, Reason = null, Rollout = release.Rollout! with { Shadow = shadow } },
            Fact(release, "shadow/commit", "ShadowCommitted",
                string.Create(CultureInfo.InvariantCulture, $"{percent} % of the requests are to be copied to the {release.Slot} slot; nobody meets its answers"), ("commit", sha)));
    }

    private async Task<PhaseOutcome> Begin(Observation look, ShadowState shadow, RolloutPolicy policy, CancellationToken cancellation)
    {
        (Release release, string champion) = (look.Seen, Slots.Other(look.Seen.Slot!));
        string? missing = !await reconciliation.Contains(release.Commit!, cancellation) ? $"waits for the cluster to reconcile {release.Commit}"
            : look.Unread is { } unread ? unread
            : !look.Gateway.ContainsKey(release.Slot!) ? $"its servers do not count their answers ({CountCopies.Family})"
            : !look.Gateway.ContainsKey(champion) ? "no data on the champion's requests"
            : null;
        if (missing is not null)
        {
            RolloutDecision waits = release.Hastened is { } hastened ? new RolloutDecision.Advance($"{hastened.By} had the wait skipped: {missing}")
                : clock.GetUtcNow() - shadow.Since < policy.StepDeadline ? new RolloutDecision.Hold(missing)
                : new RolloutDecision.Stall($"{missing}, after {policy.StepDeadline}");
            return Settle(waits, release);
        }
        RolloutState begun = ObserveRollout.BeginStep(release.Rollout!, look.Gateway[release.Slot!], look.Gateway[champion], policy);
        return new PhaseOutcome.Moved(
            release with { Rollout = begun with { StepSince = clock.GetUtcNow() } },
            Fact(release, "shadow/start", "ShadowStarted",
                string.Create(CultureInfo.InvariantCulture, $"the cluster copies {shadow.Percent} % of the requests to it"), ("commit", release.Commit!)));
    }

    private PhaseOutcome Settle(RolloutDecision decision, Release release) => decision switch
    {
        RolloutDecision.Advance => Pass(release, Told(decision)),
        RolloutDecision.RollBack => new PhaseOutcome.Moved(
            release with { Phase = Phase.Refused, Reason = $"failed its shadow, and no user met it: {Told(decision)}", Closed = false },
            Fact(release, "shadow/fail", "ShadowFailed", Told(decision))),
        RolloutDecision.Stall => new PhaseOutcome.Moved(
            release with { Phase = Phase.Stalled, Reason = $"shadow: {Told(decision)}", Closed = true },
            Fact(release, "Stalled", "Stalled", $"shadow: {Told(decision)}")),
        _ => new PhaseOutcome.Waits(release, string.Create(CultureInfo.InvariantCulture, $"shadow of {release.Rollout!.Shadow!.Percent} %: {Told(decision)}"), options.Recheck / 2),
    };

    // The steps begin with nothing of the shadow: copies are no requests, and were judged on a budget of their own.
    private PhaseOutcome.Moved Pass(Release release, string why)
    {
        PairCount copies = release.Rollout!.Counts?.Step ?? default;
        ShadowState passed = release.Rollout.Shadow! with { Until = clock.GetUtcNow(), Requests = (long)copies.Requests, Failed = (long)copies.Failed };
        return new PhaseOutcome.Moved(
            release with { Commit = null, Reason = null, Rollout = RolloutState.Start with { Shadow = passed } }, Fact(release, "shadow/pass", "ShadowPassed", $"shadow: {why}"));
    }

    private static string Told(RolloutDecision decision) => decision.Counts is not { Step: var seen } ? decision.What : string.Create(
        CultureInfo.InvariantCulture, $"{decision.What}: {seen.Requests} copies answered, {seen.Failed} failed; the champion {seen.ChampionRequests}, {seen.ChampionFailed} failed");

    private static AuditFact Fact(Release release, string what, string kind, string text, params (string Key, string Value)[] evidence) =>
        new($"{release.Key}/{what}", kind, release.Model, release.Version, text,
            evidence.Append(("digest", release.Digest)).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
