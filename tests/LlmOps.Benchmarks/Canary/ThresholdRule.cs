using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Benchmarks.Canary;

/// <summary>
/// The rule to beat, as Flagger's analysis has it: each minute the share of successes must be at least 99 %, and the first
/// check that fails aborts; after ten checks the canary is promoted. A minute without requests is forgiven here.
/// </summary>
internal static class ThresholdRule
{
    private const int Checks = 10;

    public static Result Run(Scenario scenario, double requestsPerMinute, RolloutPolicy policy, Chance chance)
    {
        SimulatedTraffic traffic = new(scenario, requestsPerMinute, chance);
        if (scenario.Outage)
        {
            traffic.BeginOutage(60 * chance.Below(Checks * (policy.Steps.Count - 1) / policy.Steps.Count));
        }
        for (int check = 0; check < Checks; check++)
        {
            TrafficCount before = traffic.Candidate;
            int step = check * policy.Steps.Count / Checks;
            traffic.Turned = step >= scenario.HealthySteps;
            traffic.Serve(60 * (check + 1), scenario.AllToCandidate ? 1 : policy.Steps[step] / 100.0);
            TrafficCount minute = traffic.Candidate - before;
            if (minute.Failed > 0.01 * minute.Requests)
            {
                return new Result(End.Aborted, traffic.Candidate.Requests, 60 * (check + 1));
            }
        }
        return new Result(End.Promoted, traffic.Candidate.Requests, 60 * Checks);
    }
}
