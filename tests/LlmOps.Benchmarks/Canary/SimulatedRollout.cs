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
        int outageStep = chance.Below(policy.Steps.Count - 1);
        double now = 0;
        for (int step = 0; ; step++)
        {
            double since = now;
            if (scenario.Outage && step == outageStep)
            {
                traffic.BeginOutage(now + (60 * chance.Uniform()));
            }
            bool last = policy.Steps[step] == 100;
            while (true)
            {
                double due = Due(now, since, policy);
                double share = policy.Steps[step] / 100.0;
                traffic.ServeUntilNews(due, share);
                now = traffic.Next < due ? Math.Min(due, Math.Max(now + LookInterval, Math.Ceiling(traffic.Last / LookInterval) * LookInterval)) : due;
                traffic.Serve(now, share);
                counts = counts.Look(traffic.Candidate, traffic.Champion, At(now));
                RolloutDecision decision = Rollout.Decide(last, At(since), counts, policy, At(now));
                if (decision is RolloutDecision.Advance)
                {
                    counts = counts.CloseStep(ErrorTest.Of(counts, policy, last).BesideChampion);
                    break;
                }
                if (decision is not RolloutDecision.Hold)
                {
                    return new Result(
                        decision switch { RolloutDecision.RollBack => End.Aborted, RolloutDecision.Promote => End.Promoted, _ => End.Undecided },
                        traffic.Candidate.Requests, now);
                }
            }
        }
    }

    // Looks that find no news are left out, unless the time on the step has come.
    private static double Due(double now, double since, RolloutPolicy policy) =>
        now < since + policy.MinStep.TotalSeconds ? since + policy.MinStep.TotalSeconds : since + policy.StepDeadline.TotalSeconds;

    private static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
}
