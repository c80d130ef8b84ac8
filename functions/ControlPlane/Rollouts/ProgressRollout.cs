using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>Progressing → Promoted: gives the candidate its traffic step by step, each a commit, each judged on live requests.</summary>
public sealed class ProgressRollout(
    SetWeights weights, Reconciliation reconciliation, ObserveRollout observe, ReadPolicy policies, IMessageBus bus, ControlPlaneOptions options, TimeProvider clock)
    : IPhaseStep
{
    // A model's first release has nobody to share the traffic with, and nobody to be compared with.
    private static readonly IReadOnlyList<int> AllAtOnce = [100];

    public bool Applies(Release release) => release.Phase == Phase.Progressing;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        RolloutPolicy policy = (await policies.Current(release.Model, cancellation)).Rollout;
        RolloutState state = release.Rollout!;
        if (release.Commit is null)
        {
            int before = state.Done.Count == 0 ? 0 : state.Done[^1].Percent;
            IReadOnlyList<int> steps = release.Champion is null ? AllAtOnce : policy.Shares;
            return await Commit(release, steps.FirstOrDefault(step => step > before, 100), before, cancellation);
        }
        Observation look = await observe.Look(release, policy, cancellation);
        if (state.StepSince is not { } since)
        {
            return await Begin(look, policy, cancellation);
        }
        (release, state) = (look.Seen, look.Seen.Rollout!);
        bool last = state.Percent == 100;
        RolloutDecision decision = release.Champion is null
            ? new RolloutDecision.Promote("the first release: there is no champion to compare with")
            : Rollout.Decide(last, since, look.Counts, MetricTest.Of(state.Metrics, policy, last), policy, clock.GetUtcNow());
        return decision is RolloutDecision.Advance or RolloutDecision.Promote
            ? await Pass(decision, release, Next(state, since, policy), cancellation)
            : await Stay(decision, release with { Rollout = ObserveRollout.Settle(state, policy, last) }, state.Percent, cancellation);
    }

    private async Task<PhaseOutcome> Commit(Release release, int percent, int before, CancellationToken cancellation)
    {
        ChangeOutcome change = await weights.Make(release, percent, before, cancellation);
        if (change.Sha is not { } sha)
        {
            return new PhaseOutcome.Waits(release, change.Refusal!, options.Recheck);
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
            return await Stay(Rollout.Decide(false, clock.GetUtcNow(), meanwhile, [], policy, clock.GetUtcNow()), release, state.Percent, cancellation);
        }
        if (!await reconciliation.Contains(release.Commit!, cancellation))
        {
            return new PhaseOutcome.Waits(release, $"waits for the cluster to reconcile {release.Commit}", options.Recheck / 4);
        }
        string champion = Slots.Other(release.Slot!);
        if (release.Champion is not null && !now.ContainsKey(champion))
        {
            // Counters that come back later would count what was before this rollout.
            DateTimeOffset asked = state.Done.Count == 0 ? release.TrafficSince!.Value : state.Done[^1].Until;
            const string NoData = "no data on the champion's requests";
            return await Stay(
                clock.GetUtcNow() - asked < policy.StepDeadline ? new RolloutDecision.Hold(NoData) : new RolloutDecision.Stall(NoData),
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
                        RollbackOrder.Step, $"{release.Id}/step/{percent}/fail", clock.GetUtcNow(), "llmops", release.Model, release.Version, decision.Reason)
                    .ToMessage(), cancellation);
                return new PhaseOutcome.Waits(release, $"is to be rolled back: {decision.Reason}", options.Recheck);
            case RolloutDecision.Stall:
                return new PhaseOutcome.Moved(
                    release with { Phase = Phase.Stalled, Reason = decision.Reason, Closed = true },
                    Fact(release, "Stalled", "Stalled", decision.Reason));
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
        new($"{release.Id}/{what}", kind, release.Model, release.Version, text,
            evidence.Append(("digest", release.Digest)).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
