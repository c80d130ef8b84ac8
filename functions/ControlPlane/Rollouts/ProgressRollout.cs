using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>Progressing → Promoted: gives the candidate its traffic step by step, after its shadow where there is one, each a commit, each judged on live requests.</summary>
public sealed class ProgressRollout(
    SetWeights weights, ShadowCandidate shadow, Reconciliation reconciliation, ObserveRollout observe, RolloutBrake pace, IMessageBus bus, ControlPlaneOptions options,
    TimeProvider clock)
    : IPhaseStep
{
    // A model's first release has nobody to share the traffic with, and nobody to be compared with.
    private const int AllAtOnce = 100;

    public bool Applies(Release release) => release.Phase == Phase.Progressing;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        (ModelPolicy model, string? frozen) = await pace.Look(release, cancellation);
        RolloutPolicy policy = model.Rollout;
        release = release with { BreakGlass = model.BreakGlass };
        RolloutState state = release.Rollout!;
        int next = NextPercent(release, policy, release.Commit is null ? (state.Done is [.., var last] ? last.Percent : 0) : state.Percent);
        if (ShadowCandidate.IsDue(release, policy))
        {
            return await shadow.Take(release, model, RolloutBrake.Why(release, model, frozen, next: 0), cancellation);
        }
        string? brake = RolloutBrake.Why(release, model, frozen, next);
        if (release.Commit is null && state.Step == 0)
        {
            return brake is null ? await FirstStep(release, model, next, cancellation) : await shadow.AwaitUsers(release, model, brake, cancellation);
        }
        Observation look = await observe.Look(release, policy, cancellation);
        if (release.Commit is null)
        {
            return look.Counts is { } counts && ErrorTest.Of(counts, policy, lastStep: false).Fails ? await Stay(Failing(counts, policy), look.Seen, state.Percent, cancellation)
                : look.Unread is { } unread && release.Hastened is null ? new PhaseOutcome.Waits(look.Seen, unread, options.Recheck / 2)
                : brake is null ? await Commit(look.Seen, next, state.Done[^1].Percent, cancellation)
                : new PhaseOutcome.Waits(look.Seen, brake, options.Recheck / 2);
        }
        if (state.StepSince is not { } since)
        {
            return await Begin(look, policy, cancellation);
        }
        (release, state) = (look.Seen, look.Seen.Rollout!);
        bool atEnd = state.Percent == 100;
        RolloutDecision decision = RolloutBrake.Decide(
            release.Champion is null
                ? new RolloutDecision.Promote("the first release: there is no champion to compare with")
                : look.Limit(
                    Rollout.Decide(atEnd, since, look.Counts, MetricTest.Of(state.Metrics, policy, atEnd), policy, clock.GetUtcNow()),
                    clock.GetUtcNow() - since, policy),
            release, brake);
        return decision is RolloutDecision.Advance or RolloutDecision.Promote
            ? await Pass(decision, release, Next(state, since, policy), cancellation)
            : await Stay(decision, release with { Rollout = ObserveRollout.Settle(state, policy, atEnd) }, state.Percent, cancellation);
    }

    private static int NextPercent(Release release, RolloutPolicy policy, int percent) => release switch
    {
        { Hastened: not null } => 100,
        { Champion: null } => AllAtOnce,
        _ => policy.Shares.FirstOrDefault(step => step > percent, 100),
    };

    private RolloutDecision Failing(RolloutCounts counts, RolloutPolicy policy) =>
        Rollout.Decide(false, clock.GetUtcNow(), counts, [], policy, clock.GetUtcNow());

    // People who merge, or a slot that is not ready, may keep it waiting: nothing is copied meanwhile.
    private async Task<PhaseOutcome> FirstStep(Release release, ModelPolicy model, int percent, CancellationToken cancellation)
    {
        if (model.Changes == ChangeMode.PullRequest)
        {
            await shadow.EndCopies(release, cancellation);
        }
        PhaseOutcome outcome = await Commit(release, percent, 0, cancellation);
        if (outcome is PhaseOutcome.Waits)
        {
            await shadow.EndCopies(release, cancellation);
        }
        return outcome;
    }

    private async Task<PhaseOutcome> Commit(Release release, int percent, int before, CancellationToken cancellation)
    {
        ChangeOutcome change = await weights.Make(release, percent, before, cancellation);
        if (change.Sha is not { } sha)
        {
            return change.LookAgainIn is null ? new PhaseOutcome.Waits(release, change.Refusal!, options.Recheck) : PhaseOutcome.Waits.Until(release, change);
        }
        return new PhaseOutcome.Moved(
            release with { Commit = sha, TrafficSince = release.TrafficSince ?? change.At, Reason = null, Rollout = release.Rollout! with { Percent = percent } },
            Fact(release, $"step/{percent}/commit", "StepCommitted", $"{percent} % of the traffic committed to the {release.Slot} slot", ("commit", sha)));
    }

    // Until the cluster runs the new weights, the candidate is asked at the old ones: that counts too.
    private async Task<PhaseOutcome> Begin(Observation look, RolloutPolicy policy, CancellationToken cancellation)
    {
        (Release release, RolloutState state) = (look.Seen, look.Seen.Rollout!);
        IReadOnlyDictionary<string, TrafficCount> now = look.Gateway;
        if (look.Counts is { } meanwhile && ErrorTest.Of(meanwhile, policy, lastStep: false).Fails)
        {
            return await Stay(Failing(meanwhile, policy), release, state.Percent, cancellation);
        }
        if (!await reconciliation.Contains(release.Commit!, cancellation))
        {
            return new PhaseOutcome.Waits(release, $"waits for the cluster to reconcile {release.Commit}", options.Recheck / 4);
        }
        string champion = Slots.Other(release.Slot!);
        if (release is { Champion: not null, Hastened: null } && !now.ContainsKey(champion))
        {
            // Counters that come back later would count what was before this rollout.
            DateTimeOffset asked = state.Done.Count == 0 ? release.TrafficSince!.Value : state.Done[^1].Until;
            asked = asked > release.PhaseSince ? asked : release.PhaseSince;
            string missing = look.Unread ?? "no data on the champion's requests";
            return await Stay(
                clock.GetUtcNow() - asked < policy.StepDeadline ? new RolloutDecision.Hold(missing) : new RolloutDecision.Stall(missing),
                release, state.Percent, cancellation);
        }
        RolloutState begun = ObserveRollout.BeginStep(state, now.GetValueOrDefault(release.Slot!), now.GetValueOrDefault(champion), policy);
        return new PhaseOutcome.Moved(
            release with { Rollout = begun with { StepSince = clock.GetUtcNow() } },
            Fact(release, $"step/{state.Percent}/start", "StepStarted", $"the cluster gives it {state.Percent} % of the traffic", ("commit", release.Commit!)));
    }

    private async Task<PhaseOutcome> Pass(RolloutDecision decision, Release release, RolloutState next, CancellationToken cancellation)
    {
        int percent = release.Rollout!.Percent;
        if (!await weights.Stand(release, percent, cancellation))
        {
            return new PhaseOutcome.Waits(release, $"{Slots.RoutePath(release.Model)} does not give it {percent} % any more: a person decides", options.Recheck);
        }
        return decision is RolloutDecision.Advance
            ? new PhaseOutcome.Moved(
                release with { Commit = null, Rollout = next },
                Fact(release, $"step/{percent}/pass", "StepPassed", $"{percent} %: {decision.Reason}"))
            : new PhaseOutcome.Moved(
                release with { Phase = Phase.Promoted, PromotedAt = clock.GetUtcNow(), Reason = null, Rollout = next },
                Fact(release, "Promoted", "Promoted", $"100 %: {decision.Reason}"));
    }

    private async Task<PhaseOutcome> Stay(RolloutDecision decision, Release release, int percent, CancellationToken cancellation)
    {
        switch (decision)
        {
            case RolloutDecision.RollBack:
                await bus.Send(
                    new RollbackOrder(
                        RollbackOrder.Step, $"{release.Key}/step/{percent}/fail", clock.GetUtcNow(), "llmops", release.Model, release.Version, decision.Reason,
                        Attempt: release.Attempt)
                    .ToMessage(), cancellation);
                return new PhaseOutcome.Waits(release, $"is to be rolled back: {decision.Reason}", options.Recheck);
            case RolloutDecision.Stall:
                return new PhaseOutcome.Moved(
                    release with { Phase = Phase.Stalled, Reason = decision.Reason, Closed = true },
                    Fact(release, $"Stalled{(release.Orders.Count == 0 ? "" : $"/{release.Orders.Count}")}", "Stalled", decision.Reason));
            default:
                return new PhaseOutcome.Waits(release, $"{percent} %: {decision.Reason}", options.Recheck / 2);
        }
    }

    private RolloutState Next(RolloutState state, DateTimeOffset since, RolloutPolicy policy)
    {
        RolloutCounts counts = state.Counts!;
        StepRecord record = new(state.Percent, since, clock.GetUtcNow(), (long)counts.Step.Requests, (long)counts.Step.Failed);
        return ObserveRollout.EndStep(state, policy, state.Percent == 100) with
        {
            Step = state.Step + 1,
            StepSince = null,
            Done = [.. state.Done, record],
        };
    }

    private static AuditFact Fact(Release release, string what, string kind, string text, params (string Key, string Value)[] evidence) =>
        new($"{release.Key}/{what}", kind, release.Model, release.Version, text,
            evidence.Append(("digest", release.Digest)).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
