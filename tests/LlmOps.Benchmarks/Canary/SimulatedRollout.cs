using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Rollouts;

namespace LlmOps.Benchmarks.Canary;

internal enum End
{
    Aborted, Promoted, Undecided,
}

/// <summary>How a rollout ended, and after how many requests of the candidate.</summary>
internal readonly record struct Result(End End, long CandidateRequests, double Seconds);

/// <summary>A rollout under the product's own judgement: its counting, its decisions, its looks. Weights take effect at once.</summary>
internal static class SimulatedRollout
{
    /// <summary>Seconds from a look to the next: half the product's `Recheck`.</summary>
    public static readonly double LookInterval = new ControlPlaneOptions { AlertmanagerToken = "", GitHubSecret = "", FluxSecret = "" }.Recheck.TotalSeconds / 2;

    public static Result Run(Scenario scenario, double requestsPerMinute, RolloutPolicy policy, Chance chance)
    {
        SimulatedTraffic traffic = new(scenario, requestsPerMinute, chance);
        traffic.Warm();
        RolloutCounts counts = RolloutCounts.Begin(traffic.Candidate, traffic.Champion);
        int outageStep = chance.Below(policy.Shares.Count - 1);
        double now = 0;
        for (int step = 0; ; step++)
        {
            if (scenario.Outage && step == outageStep)
            {
                traffic.BeginOutage(now + (60 * chance.Uniform()));
            }
            traffic.Turned = step >= scenario.HealthySteps;
            (RolloutDecision decision, counts, now) = Stand(traffic, counts, policy, policy.Shares[step], now);
            if (decision is not RolloutDecision.Advance)
            {
                return new Result(
                    decision switch { RolloutDecision.RollBack => End.Aborted, RolloutDecision.Promote => End.Promoted, _ => End.Undecided },
                    traffic.Candidate.Requests, now);
            }
            counts = ErrorTest.Of(counts, policy, lastStep: false).CloseStep(counts);
        }
    }

    /// <summary>One step, looked at until it is decided. Looks that find no news are left out, unless the time on the step has come.</summary>
    private static (RolloutDecision Decision, RolloutCounts Counts, double Now) Stand(
        SimulatedTraffic traffic, RolloutCounts counts, RolloutPolicy policy, int percent, double since)
    {
        double now = since;
        while (true)
        {
            double due = since + (now < since + policy.MinStep.TotalSeconds ? policy.MinStep : policy.StepDeadline).TotalSeconds;
            traffic.ServeUntilNews(due, percent / 100.0);
            now = traffic.Next < due ? Math.Min(due, Math.Max(now + LookInterval, Math.Ceiling(traffic.Last / LookInterval) * LookInterval)) : due;
            traffic.Serve(now, percent / 100.0);
            counts = counts.Look(traffic.Candidate, traffic.Champion, At(now));
            RolloutDecision decision = Rollout.Decide(percent == 100, At(since), counts, [], policy, At(now));
            if (decision is not RolloutDecision.Hold)
            {
                return (decision, counts, now);
            }
            counts = ErrorTest.Of(counts, policy, percent == 100).Settle(counts, percent == 100);
        }
    }

    private static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
}
