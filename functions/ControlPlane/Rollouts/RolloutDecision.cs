using System.Globalization;
using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>What to do with a rollout now, and why.</summary>
public abstract record RolloutDecision(string What, RolloutCounts? Counts)
{
    /// <summary>Why, with what was counted.</summary>
    public string Reason => Counts is null ? What : string.Create(CultureInfo.InvariantCulture,
        $"{What}: {Counts.Step.Requests} requests, {Counts.Step.Failed} failed; since the rollout began {Counts.Total.Requests}, {Counts.Total.Failed} failed");

    /// <summary>The step has seen enough: on to the next.</summary>
    public sealed record Advance(string What, RolloutCounts? Counts = null) : RolloutDecision(What, Counts);

    /// <summary>Not enough is known: look again.</summary>
    public sealed record Hold(string What, RolloutCounts? Counts = null) : RolloutDecision(What, Counts);

    /// <summary>The last step has seen enough: the candidate is the champion.</summary>
    public sealed record Promote(string What, RolloutCounts? Counts = null) : RolloutDecision(What, Counts);

    /// <summary>The candidate is worse than it may be: back to the champion.</summary>
    public sealed record RollBack(string What, RolloutCounts? Counts = null) : RolloutDecision(What, Counts);

    /// <summary>There will be no telling by itself: a person decides.</summary>
    public sealed record Stall(string What, RolloutCounts? Counts = null) : RolloutDecision(What, Counts);
}

/// <summary>Judges a step of a rollout, purely.</summary>
public static class Rollout
{
    /// <summary>The decision on the step that began at <paramref name="stepSince"/>; no counts is not zero requests.</summary>
    /// <param name="metrics">What the metrics say that the policy names.</param>
    public static RolloutDecision Decide(
        bool lastStep, DateTimeOffset stepSince, RolloutCounts? counts, IReadOnlyList<MetricVerdict> metrics, RolloutPolicy policy, DateTimeOffset now)
    {
        if (counts is null)
        {
            return Wait("no data on the candidate's requests");
        }
        ErrorTest test = ErrorTest.Of(counts, policy, lastStep);
        if (test.Fails)
        {
            return new RolloutDecision.RollBack(
                $"more errors than a healthy version's {policy.MaxErrorRate.ToString("P1", CultureInfo.InvariantCulture)}, and than the champion's", counts);
        }
        if (metrics.FirstOrDefault(metric => metric.Outcome == Outcome.Fail) is { } failed)
        {
            return new RolloutDecision.RollBack($"{failed.Metric} is worse than the champion's: {failed.Text}", counts);
        }
        if (now - stepSince < policy.MinStep)
        {
            return new RolloutDecision.Hold("the step is to stand longer", counts);
        }
        if (counts.Step.Requests < policy.MinRequests)
        {
            return Wait("not enough data");
        }
        if (!test.Clears)
        {
            return Wait("errors that chance may explain, or not");
        }
        if (!lastStep && InTrouble(counts.Recent, policy))
        {
            return Wait("the champion fails too just now, and with more traffic the candidate would have the blame");
        }
        if (metrics.FirstOrDefault(metric => metric.Outcome == Outcome.Inconclusive) is { } open)
        {
            return Wait($"no verdict yet on {open.Metric}: {open.Text}");
        }
        string measured = string.Concat(metrics.Select(metric => $"; {metric.Metric} {metric.Text}"));
        if (!lastStep)
        {
            return new RolloutDecision.Advance($"no sign of more errors{measured}", counts);
        }
        return test.Passes ? new RolloutDecision.Promote($"as good as it must be{measured}", counts) : Wait("no verdict yet");

        RolloutDecision Wait(string what) => now - stepSince < policy.StepDeadline
            ? new RolloutDecision.Hold(what, counts)
            : new RolloutDecision.Stall($"{what}, after {policy.StepDeadline}", counts);
    }

    private static bool InTrouble(Share recent, RolloutPolicy policy) =>
        recent.Failed > 1 && recent.Failed > recent.Requests * (policy.MaxErrorRate + policy.BadErrorRate) / 2;
}
