using LlmOps.Benchmarks.Canary;
using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Rollouts;

/// <summary>The benchmark's simulator with few runs and fixed seeds: bounds are generous, the measured figures stand in docs/canary.md.</summary>
public sealed class RolloutSimulationTests
{
    private const int Runs = 400;
    private static readonly RolloutPolicy Policy = new();

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_healthy_canary_is_hardly_ever_rolled_back_and_is_promoted(int requestsPerMinute)
    {
        CanaryRow row = Ours(Scenario.Healthy, requestsPerMinute);
        Assert.InRange(row.AbortedPercent, 0, 2);
        Assert.InRange(row.PromotedPercent, 93, 100);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_bad_canary_is_caught_fast_and_does_not_get_through(int requestsPerMinute)
    {
        CanaryRow row = Ours(Scenario.Bad, requestsPerMinute);
        Assert.InRange(row.AbortedWithin200Percent, 86, 100);
        Assert.InRange(row.PromotedPercent, 0, 2);
    }

    [Theory]
    [InlineData("shared outage")]
    [InlineData("clumped by retries")]
    [InlineData("champion as sick")]
    public void What_is_not_the_candidates_fault_does_not_abort_it(string scenario) =>
        Assert.InRange(Ours(Scenario.All.Single(all => all.Name == scenario), 100).AbortedPercent, 0, 2);

    [Fact]
    public void Standing_long_on_a_step_does_not_wear_the_error_budget_out()
    {
        RolloutPolicy patient = Policy with { MinStep = TimeSpan.FromHours(1) };
        IReadOnlyList<Result> results = CanaryJudgement.Simulate(100, chance => SimulatedRollout.Run(Scenario.Healthy, 300, patient, chance));
        Assert.InRange(results.Count(result => result.End == End.Aborted), 0, 3);
        Assert.InRange(results.Count(result => result.End == End.Promoted), 97, 100);
    }

    [Fact]
    public void The_threshold_rule_aborts_what_ours_promotes()
    {
        CanaryRow row = CanaryRow.Of("threshold", Scenario.Healthy, 100, CanaryJudgement.Simulate(Runs, chance => ThresholdRule.Run(Scenario.Healthy, 100, Policy, chance)));
        Assert.InRange(row.AbortedPercent, 50, 100);
    }

    [Fact]
    public void A_demonstration_at_twenty_requests_a_second_is_promoted_within_a_minute()
    {
        ModelPolicy policy = ModelPolicy.Read("gates.yaml", LlmOps.Tests.Repository.Text("samples/demo/gates.yaml"));
        Scenario noErrors = new("no errors", 0, 0);
        IReadOnlyList<Result> results = CanaryJudgement.Simulate(50, chance => SimulatedRollout.Run(noErrors, 1200, policy.Rollout, chance));
        Assert.All(results, result => Assert.Equal(End.Promoted, result.End));
        Assert.InRange(results.Average(result => result.Seconds), 0, 40);
    }

    private static CanaryRow Ours(Scenario scenario, int requestsPerMinute) =>
        CanaryRow.Of("ours", scenario, requestsPerMinute, CanaryJudgement.Simulate(Runs, chance => SimulatedRollout.Run(scenario, requestsPerMinute, Policy, chance)));
}
