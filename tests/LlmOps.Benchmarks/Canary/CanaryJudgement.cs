using LlmOps.Manifests;

namespace LlmOps.Benchmarks.Canary;

/// <summary>Simulates rollouts under a policy and under the threshold rule; each run has a seed of its own, so that it can be repeated.</summary>
internal static class CanaryJudgement
{
    private static readonly int[] RequestsPerMinute = [10, 100, 1000];

    public static CanaryReport Run(RolloutPolicy policy, int runs)
    {
        List<CanaryRow> rows = [];
        foreach (Scenario scenario in Scenario.All)
        {
            foreach (int perMinute in RequestsPerMinute)
            {
                if (!scenario.AllToCandidate)
                {
                    rows.Add(CanaryRow.Of("ours", scenario, perMinute, Simulate(runs, chance => SimulatedRollout.Run(scenario, perMinute, policy, chance))));
                }
                rows.Add(CanaryRow.Of("threshold", scenario, perMinute, Simulate(runs, chance => ThresholdRule.Run(scenario, perMinute, policy, chance))));
            }
        }
        return new CanaryReport(policy.Steps, policy.MinRequests, policy.MinStep, policy.StepDeadline, policy.MaxErrorRate, policy.BadErrorRate,
            policy.FalseAbort, SimulatedRollout.LookInterval, rows);
    }

    public static IReadOnlyList<Result> Simulate(int runs, Func<Chance, Result> run)
    {
        Result[] results = new Result[runs];
        Parallel.For(0, runs, i => results[i] = run(new Chance((ulong)i + 1)));
        return results;
    }
}
