using System.Globalization;
using System.Text;
using LlmOps.Manifests;

namespace LlmOps.Benchmarks.Canary;

/// <summary>What became of the simulated rollouts of one rule, traffic and scenario; rates and shares are 0..1.</summary>
internal sealed record CanaryRow(
    string Rule, string Scenario, int RequestsPerMinute, double TrueErrorRate, int Runs,
    double Aborted, double AbortedWithin200, double Promoted, double Undecided, long P90RequestsToDecision, double MedianMinutes);

/// <summary>The rows, and under which policy they came about.</summary>
internal sealed record CanaryReport(
    IReadOnlyList<int> Steps, int MinRequests, TimeSpan MinStep, TimeSpan StepDeadline, double MaxErrorRate, double BadErrorRate,
    double FalseAbort, double LookSeconds, IReadOnlyList<CanaryRow> Rows)
{
    public override string ToString()
    {
        StringBuilder text = new("simulated rollouts: rule, scenario, requests/min: aborted, within 200, promoted, undecided (%), p90 requests, median min");
        foreach (CanaryRow row in Rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n  {row.Rule,-9} {row.Scenario,-18} {row.RequestsPerMinute,4}: {100 * row.Aborted,6:F2} {100 * row.AbortedWithin200,6:F2} {100 * row.Promoted,6:F2} {100 * row.Undecided,6:F2} {row.P90RequestsToDecision,6} {row.MedianMinutes,7:F1}");
        }
        return text.ToString();
    }
}

/// <summary>Simulates rollouts under the product's default policy and under the threshold rule, with seeds of their own.</summary>
internal static class CanaryJudgement
{
    private const int Runs = 20_000;

    public static CanaryReport Run()
    {
        RolloutPolicy policy = new();
        List<CanaryRow> rows = [];
        foreach (Scenario scenario in Scenario.All)
        {
            foreach (int perMinute in new[] { 10, 100, 1000 })
            {
                rows.Add(Row("ours", scenario, perMinute, chance => SimulatedRollout.Run(scenario, perMinute, policy, chance)));
                rows.Add(Row("threshold", scenario, perMinute, chance => ThresholdRule.Run(scenario, perMinute, policy, chance)));
            }
        }
        return new CanaryReport(policy.Steps, policy.MinRequests, policy.MinStep, policy.StepDeadline, policy.MaxErrorRate, policy.BadErrorRate,
            policy.FalseAbort, SimulatedRollout.LookInterval, rows);
    }

    private static CanaryRow Row(string rule, Scenario scenario, int perMinute, Func<Chance, Result> run)
    {
        Result[] results = new Result[Runs];
        Parallel.For(0, Runs, i => results[i] = run(new Chance((ulong)i + 1)));
        long[] decided = [.. results.Where(result => result.End != End.Undecided).Select(result => result.CandidateRequests).Order()];
        return new CanaryRow(
            rule, scenario.Name, perMinute, scenario.CandidateErrorRate, Runs,
            Share(result => result.End == End.Aborted), Share(result => result.End == End.Aborted && result.CandidateRequests <= 200),
            Share(result => result.End == End.Promoted), Share(result => result.End == End.Undecided),
            decided.Length == 0 ? 0 : decided[(int)(0.9 * (decided.Length - 1))],
            results.Select(result => result.Seconds).Order().ElementAt(Runs / 2) / 60);

        double Share(Func<Result, bool> what) => results.Count(what) / (double)Runs;
    }
}
