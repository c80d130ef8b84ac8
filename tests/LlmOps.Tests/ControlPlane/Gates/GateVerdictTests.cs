using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class GateVerdictTests
{
    private static readonly GateRule Limit = new() { Metric = "accuracy", VsChampion = new ChampionLimit { MaxDrop = 0.05 } };

    [Fact]
    public void Identical_answers_on_two_hundred_items_pass() =>
        Assert.Equal(Outcome.Pass, Decide(Limit, Shares(200, wrong: 8), Shares(200, wrong: 8)).Outcome);

    [Fact]
    public void A_better_candidate_passes() =>
        Assert.Equal(Outcome.Pass, Decide(Limit, Shares(200, wrong: 8), Shares(200, wrong: 33)).Outcome);

    [Fact]
    public void A_drop_that_the_items_prove_fails()
    {
        GateVerdict verdict = Decide(Limit, Shares(200, wrong: 60), Shares(200, wrong: 8));
        Assert.Equal(Outcome.Fail, verdict.Outcome);
        Assert.StartsWith("0.7 is 0.26 below the champion's 0.96; allowed is 0.05", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drop_that_the_items_neither_prove_nor_rule_out_is_inconclusive_and_says_how_many_could()
    {
        GateVerdict verdict = Decide(Limit, Shares(200, wrong: 15), Shares(200, wrong: 8));
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
        Assert.Contains("200 items cannot tell whether max_drop 0.05 holds", verdict.Text, StringComparison.Ordinal);
        Assert.InRange(verdict.Comparisons[0].ItemsNeeded!.Value, 250, 1500);
    }

    [Theory]
    [InlineData(OnInconclusive.PassPointEstimate, 15, Outcome.Pass)]
    [InlineData(OnInconclusive.PassPointEstimate, 20, Outcome.Fail)]
    [InlineData(OnInconclusive.Fail, 15, Outcome.Fail)]
    [InlineData(OnInconclusive.Hold, 20, Outcome.Inconclusive)]
    public void The_policy_decides_what_the_items_cannot(OnInconclusive policy, int wrong, Outcome expected) => Assert.Equal(
        expected,
        Decide(Limit with { VsChampion = Limit.VsChampion! with { OnInconclusive = policy } }, Shares(200, wrong), Shares(200, wrong: 8)).Outcome);

    [Fact]
    public void A_latency_within_its_relative_limit_passes_and_one_beyond_fails()
    {
        GateRule rule = new() { Metric = "latency_ms.p95", VsChampion = new ChampionLimit { MaxRelativeIncrease = 0.5 } };
        Assert.Equal(Outcome.Pass, Decide(rule, Times(100, 110), Times(100, 100)).Outcome);
        Assert.Equal(Outcome.Fail, Decide(rule, Times(100, 190), Times(100, 100)).Outcome);
        Assert.Equal(Outcome.Inconclusive, Decide(rule, Times(100, 152.4), Times(100, 100)).Outcome);
    }

    [Fact]
    public void A_mean_is_bounded_by_the_bootstrap()
    {
        Measured candidate = Times(60, 100) with { Summary = Summary.Mean };
        Measured champion = Times(60, 101) with { Summary = Summary.Mean };
        GateVerdict verdict = Decide(new GateRule { Metric = "f1", VsChampion = new ChampionLimit { MaxDrop = 2 } }, candidate, champion);
        Assert.Equal(Outcome.Pass, verdict.Outcome);
        Assert.Equal("paired bootstrap (BCa)", verdict.Comparisons[0].Interval.Method);
    }

    [Fact]
    public void A_missing_metric_fails_unless_the_policy_holds()
    {
        Assert.Equal(Outcome.Fail, Decide(Limit, Shares(0, 0), Shares(200, 8)).Outcome);
        Assert.Equal(Outcome.Fail, Decide(Limit, Shares(200, 8), Shares(0, 0)).Outcome);
        Assert.Equal(Outcome.Inconclusive, GateVerdict.Decide(Limit, Shares(0, 0), Shares(200, 8), true, MissingMetric.Hold).Outcome);
    }

    [Fact]
    public void Without_a_champion_the_limits_are_absolute_and_it_says_so()
    {
        GateVerdict verdict = GateVerdict.Decide(Limit with { Min = 0.9 }, Shares(200, 8), Shares(0, 0), hasChampion: false);
        Assert.Equal(Outcome.Pass, verdict.Outcome);
        Assert.Contains("no champion yet", verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_warning_never_blocks() =>
        Assert.False(Decide(Limit with { Severity = Severity.Warn }, Shares(200, wrong: 60), Shares(200, wrong: 8)).Blocks);

    [Fact]
    public void A_verdict_survives_its_way_through_the_evidence()
    {
        GateVerdict verdict = Decide(Limit, Shares(1, 0), Shares(1, 0));
        GateVerdict again = System.Text.Json.JsonSerializer.Deserialize<GateVerdict>(System.Text.Json.JsonSerializer.Serialize(verdict, LlmOps.Ports.Wire.Json), LlmOps.Ports.Wire.Json)!;
        Assert.Equal(verdict.Comparisons, again.Comparisons);
        GateVerdict unknown = Decide(new GateRule { Metric = "f1", VsChampion = new ChampionLimit { MaxDrop = 1, Test = PairedTest.Bootstrap } }, Shares(1, 0), Shares(1, 0));
        Assert.Contains("Infinity", System.Text.Json.JsonSerializer.Serialize(unknown, LlmOps.Ports.Wire.Json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ metric: accuracy, vs_champion: { max_drop: 0.1, alpha: 0.9 } }", "Alpha")]
    [InlineData("{ metric: accuracy, vs_champion: { max_drop: 0.1, on_inconclusive: shrug } }", "Shru")]
    [InlineData("{ metric: accuracy, vs_champion: { max_drop: 0.1, on_inconclusive: 7 } }", "on_inconclusive is hold")]
    [InlineData("{ metric: latency_ms.p95, vs_champion: { max_increase: 5, test: mcnemar } }", "mcnemar compares shares")]
    [InlineData("{ metric: accuracy, min: 0.1, severity: mild }", "Mild")]
    [InlineData("{ metric: accuracy, min: 0.1, severty: warn }", "severty")]
    public void A_gate_that_is_not_understood_is_an_error_at_load(string gate, string named)
    {
        ManifestException error = Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", $"datasets: {{ golden: g.jsonl }}\ngates: [ {gate} ]\n"));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("samples/demo/gates.yaml")]
    [InlineData("inference/deploy/apps/tiny-ops/gates.yaml")]
    public void The_limits_that_we_ship_let_identical_answers_on_their_items_pass(string file)
    {
        ModelPolicy policy = ModelPolicy.Read(file, Repository.Text(file));
        (string, int)[] items = [("accuracy@golden", 200), ("exact_match@golden", 89), ("refusal_rate@safety", 42)];
        Assert.All(items, gate => Assert.Equal(
            Outcome.Pass, Decide(policy.Gates.Single(rule => rule.Metric == gate.Item1), Shares(gate.Item2, 0), Shares(gate.Item2, 0)).Outcome));
    }

    private static GateVerdict Decide(GateRule rule, Measured candidate, Measured champion) =>
        GateVerdict.Decide(rule, candidate, champion, hasChampion: true, seed: "digest");

    private static Measured Shares(int items, int wrong) => new(
        Summary.Share, 0, Enumerable.Range(0, items).ToDictionary(i => ("golden", $"{i:D4}"), i => i < wrong ? 0.0 : 1.0));

    private static Measured Times(int items, double middle) => new(
        Summary.Quantile, 0.95, Enumerable.Range(0, items).ToDictionary(i => ("golden", $"{i:D4}"), i => middle + (5 * Math.Sin(i * 1.7))));
}
