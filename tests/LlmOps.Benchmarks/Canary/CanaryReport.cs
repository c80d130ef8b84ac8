using System.Globalization;
using System.Text;

namespace LlmOps.Benchmarks.Canary;

/// <summary>What became of the simulated rollouts, and under which policy.</summary>
internal sealed record CanaryReport(
    IReadOnlyList<int> Steps, int MinRequests, TimeSpan MinStep, TimeSpan StepDeadline, double MaxErrorRate, double BadErrorRate,
    double FalseAbort, double LookSeconds, IReadOnlyList<CanaryRow> Rows)
{
    public override string ToString()
    {
        StringBuilder text = new("simulated rollouts; in % of the runs: aborted, within 200 requests, promoted, undecided; 90th percentile of requests, median minutes");
        foreach (CanaryRow row in Rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n  {row.Rule,-9} {row.Scenario,-34} {row.RequestsPerMinute,4}/min: {row.AbortedPercent,6:F2} {row.AbortedWithin200Percent,6:F2} {row.PromotedPercent,6:F2} {row.UndecidedPercent,6:F2} {row.P90RequestsToDecision,6} {row.MedianMinutes,7:F1}");
        }
        return text.ToString();
    }
}

/// <summary>
/// One rule under one traffic: how many runs ended how, also in percent of the runs. Requests are the candidate's; the
/// rate (0..1) is the candidate's true one, and the traffic is that of both slots together.
/// </summary>
internal sealed record CanaryRow(
    string Rule, string Scenario, int RequestsPerMinute, double TrueErrorRate, double ChampionErrorRate, int Runs,
    int Aborted, int AbortedWithin200, int Promoted, int Undecided, long P90RequestsToDecision, double MedianMinutes)
{
    public double AbortedPercent => 100.0 * Aborted / Runs;

    public double AbortedWithin200Percent => 100.0 * AbortedWithin200 / Runs;

    public double PromotedPercent => 100.0 * Promoted / Runs;

    public double UndecidedPercent => 100.0 * Undecided / Runs;

    public static CanaryRow Of(string rule, Scenario scenario, int perMinute, IReadOnlyList<Result> results)
    {
        long[] decided = [.. results.Where(result => result.End != End.Undecided).Select(result => result.CandidateRequests).Order()];
        return new CanaryRow(
            rule, scenario.Name, perMinute, scenario.CandidateErrorRate, scenario.ChampionErrorRate, results.Count,
            results.Count(result => result.End == End.Aborted),
            results.Count(result => result.End == End.Aborted && result.CandidateRequests <= 200),
            results.Count(result => result.End == End.Promoted),
            results.Count(result => result.End == End.Undecided),
            decided.Length == 0 ? 0 : decided[(int)(0.9 * (decided.Length - 1))],
            results.Select(result => result.Seconds).Order().ElementAt(results.Count / 2) / 60);
    }
}
