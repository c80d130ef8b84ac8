using System.Globalization;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>Progressing → Promoted: gives the candidate its traffic step by step, each a commit, each judged on live requests.</summary>
public sealed class ProgressRollout(
    SetWeights weights, Reconciliation reconciliation, ILiveTraffic traffic, ReadPolicy policies, IMessageBus bus, ControlPlaneOptions options, TimeProvider clock)
    : IPhaseStep
{
    // A model's first release has nobody to share the traffic with, and nobody to be compared with.
    private static readonly IReadOnlyList<int> AllAtOnce = [100];

    public bool Applies(Release release) => release.Phase == Phase.Progressing;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        RolloutPolicy policy = (await policies.Current(release.Model, cancellation)).Rollout;
        IReadOnlyList<int> steps = release.Champion is null ? AllAtOnce : policy.Steps;
        RolloutState state = release.Rollout!;
        int percent = steps[Math.Min(state.Step, steps.Count - 1)];
        if (release.Commit is null)
        {
            return await Commit(release, percent, state.Step == 0 ? 0 : steps[state.Step - 1], cancellation);
        }
        if (state.StepSince is not { } since)
        {
            return await Begin(release, state, percent, cancellation);
        }
        RolloutDecision decision = release.Champion is null
            ? new RolloutDecision.Promote("the first release: there is no champion to compare with")
            : await Judge(release, state, since, state.Step == steps.Count - 1, policy, cancellation);
        return await Apply(decision, release, state, since, percent, cancellation);
    }

    private async Task<PhaseOutcome> Commit(Release release, int percent, int before, CancellationToken cancellation)
    {
        ChangeOutcome change = await weights.Make(release, percent, before, cancellation);
        if (change.Sha is not { } sha)
        {
            return new PhaseOutcome.Waits(release, change.Refusal!, options.Recheck);
        }
        return new PhaseOutcome.Moved(
            release with { Commit = sha, TrafficSince = release.TrafficSince ?? change.At, Reason = null },
            Fact(release, $"step/{percent}/commit", "StepCommitted", $"{percent} % of the traffic committed to the {release.Slot} slot", ("commit", sha)));
    }

    private async Task<PhaseOutcome> Begin(Release release, RolloutState state, int percent, CancellationToken cancellation)
    {
        if (!await reconciliation.Contains(release.Commit!, cancellation))
        {
            return new PhaseOutcome.Waits(release, $"waits for the cluster to reconcile {release.Commit}", options.Recheck / 4);
        }
        IReadOnlyDictionary<string, TrafficCount> start = await traffic.Read(release.Model, cancellation);
        return new PhaseOutcome.Moved(
            release with { Rollout = state with { StepSince = clock.GetUtcNow(), AtStepStart = start } },
            Fact(release, $"step/{percent}/start", "StepStarted", $"the cluster gives it {percent} % of the traffic", ("commit", release.Commit!)));
    }

    private async Task<RolloutDecision> Judge(
        Release release, RolloutState state, DateTimeOffset since, bool last, RolloutPolicy policy, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, TrafficCount> now = await traffic.Read(release.Model, cancellation);
        RolloutFacts? facts = RolloutFacts.From(state, now, release.Slot!, Slots.Other(release.Slot!));
        return Rollout.Decide(last, since, facts, policy, clock.GetUtcNow());
    }

    private async Task<PhaseOutcome> Apply(
        RolloutDecision decision, Release release, RolloutState state, DateTimeOffset since, int percent, CancellationToken cancellation)
    {
        switch (decision)
        {
            case RolloutDecision.Advance:
                return new PhaseOutcome.Moved(
                    release with { Commit = null, Rollout = await Next(release, state, since, percent, cancellation) },
                    Fact(release, $"step/{percent}/pass", "StepPassed", $"{percent} %: {decision.Reason}"));
            case RolloutDecision.Promote:
                return new PhaseOutcome.Moved(
                    release with
                    {
                        Phase = Phase.Promoted, PromotedAt = clock.GetUtcNow(), Reason = null,
                        Rollout = await Next(release, state, since, percent, cancellation),
                    },
                    Fact(release, "Promoted", "Promoted", $"100 %: {decision.Reason}"));
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

    private async Task<RolloutState> Next(Release release, RolloutState state, DateTimeOffset since, int percent, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, TrafficCount> now = await traffic.Read(release.Model, cancellation);
        RolloutFacts facts = RolloutFacts.From(state, now, release.Slot!, Slots.Other(release.Slot!)) ?? new RolloutFacts(default, default, default);
        StepRecord record = new(percent, since, clock.GetUtcNow(), facts.CandidateStep.Requests, facts.CandidateStep.Failed);
        return new RolloutState(state.Step + 1, null, now, facts.CandidateTotal, facts.ChampionTotal, [.. state.Done, record]);
    }

    private static AuditFact Fact(Release release, string what, string kind, string text, params (string Key, string Value)[] evidence) =>
        new($"{release.Id}/{what}", kind, release.Model, release.Version, text,
            evidence.Append(("digest", release.Digest)).ToDictionary(pair => pair.Item1, pair => pair.Item2));
}
