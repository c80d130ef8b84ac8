using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>What to do with a rollout now, and why.</summary>
public abstract record RolloutDecision(string Reason)
{
    /// <summary>The step has seen enough: on to the next.</summary>
    public sealed record Advance(string Reason) : RolloutDecision(Reason);

    /// <summary>Not enough is known: look again.</summary>
    public sealed record Hold(string Reason) : RolloutDecision(Reason);

    /// <summary>The last step has seen enough: the candidate is the champion.</summary>
    public sealed record Promote(string Reason) : RolloutDecision(Reason);

    /// <summary>The candidate is worse than it may be: back to the champion.</summary>
    public sealed record RollBack(string Reason) : RolloutDecision(Reason);

    /// <summary>There will be no telling by itself: a person decides.</summary>
    public sealed record Stall(string Reason) : RolloutDecision(Reason);
}

/// <summary>What both slots were asked, and failed, on this step and since the candidate has traffic, and the evidence of the steps before.</summary>
public sealed record RolloutFacts(
    TrafficCount CandidateStep, TrafficCount ChampionStep, TrafficCount CandidateTotal, TrafficCount ChampionTotal, double EvidenceBefore = 0)
{
    /// <summary>The facts from the gateway's counters now; null when a counter has no data.</summary>
    public static RolloutFacts? From(RolloutState state, IReadOnlyDictionary<string, TrafficCount> now, string candidate, string champion)
    {
        if (!now.TryGetValue(candidate, out TrafficCount candidateNow))
        {
            return null;
        }
        TrafficCount step = candidateNow - state.AtStepStart.GetValueOrDefault(candidate);
        TrafficCount championStep = now.GetValueOrDefault(champion) - state.AtStepStart.GetValueOrDefault(champion);
        return new RolloutFacts(step, championStep, state.CandidateBefore + step, state.ChampionBefore + championStep, state.EvidenceBefore);
    }

    /// <summary>The state with what was seen up to these counters put to the time before.</summary>
    public RolloutState CloseWindow(RolloutState state, IReadOnlyDictionary<string, TrafficCount> now, RolloutPolicy policy) => state with
    {
        AtStepStart = now, CandidateBefore = CandidateTotal, ChampionBefore = ChampionTotal, EvidenceBefore = ErrorTest.Of(this, policy).Evidence,
    };
}

/// <summary>Judges a step of a rollout, purely.</summary>
public static class Rollout
{
    /// <summary>The decision on the step that began at <paramref name="stepSince"/>; no facts is not zero requests.</summary>
    public static RolloutDecision Decide(bool lastStep, DateTimeOffset stepSince, RolloutFacts? facts, RolloutPolicy policy, DateTimeOffset now)
    {
        if (facts is null)
        {
            return Wait("no data on the candidate's requests");
        }
        ErrorTest test = ErrorTest.Of(facts, policy);
        string counts = string.Create(CultureInfo.InvariantCulture,
            $"{facts.CandidateStep.Requests} requests, {facts.CandidateStep.Failed} failed; since the rollout began {facts.CandidateTotal.Requests}, {facts.CandidateTotal.Failed} failed");
        if (test.Fails)
        {
            return new RolloutDecision.RollBack(string.Create(CultureInfo.InvariantCulture,
                $"more errors than a healthy version's {test.HealthyRate:P1}: {counts}"));
        }
        if (now - stepSince < policy.MinStep)
        {
            return new RolloutDecision.Hold($"the step has not stood {policy.MinStep} yet");
        }
        if (facts.CandidateStep.Requests < policy.MinRequests)
        {
            return Wait($"not enough data: {counts}; a step needs {policy.MinRequests}");
        }
        if (!lastStep)
        {
            return new RolloutDecision.Advance(counts);
        }
        return test.Passes ? new RolloutDecision.Promote(counts) : Wait($"no verdict yet: {counts}");

        RolloutDecision Wait(string what) => now - stepSince < policy.StepDeadline
            ? new RolloutDecision.Hold(what)
            : new RolloutDecision.Stall($"{what}, after {policy.StepDeadline}");
    }
}
