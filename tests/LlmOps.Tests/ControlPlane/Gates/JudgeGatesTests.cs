using LlmOps.Gates;
using LlmOps.Gates.Statistics;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class JudgeGatesTests
{
    private static readonly GateSubject First = new("tiny", "1.1.0", "digest", null);

    private static readonly GateSubject Next = First with { Champion = "1.0.0" };

    private static readonly Dataset[] Items =
    [
        new("golden", "g", [new("a", "ask a", "Athens", Match.Exact), new("b", "ask b", "Bern", Match.Contains), new("c", "ask c", "Cairo", Match.Exact)]),
        new("tests", "t", [new("a", "ask it", "", Match.Assertions)]),
    ];

    [Theory]
    [InlineData("pass", Outcome.Pass)]
    [InlineData("warn pass", Outcome.Pass)]
    [InlineData("fail pass", Outcome.Fail)]
    [InlineData("hold pass", Outcome.Inconclusive)]
    [InlineData("warn hold", Outcome.Inconclusive)]
    [InlineData("hold fail", Outcome.Fail)]
    [InlineData("fail hold", Outcome.Fail)]
    [InlineData("hold hold", Outcome.Inconclusive)]
    [InlineData("warn", Outcome.Pass)]
    public void The_worst_gate_that_blocks_decides(string gates, Outcome outcome)
    {
        GateRule Rule(string gate) => gate switch
        {
            "pass" => new() { Metric = "accuracy", Min = 0.5 },
            "fail" => new() { Metric = "accuracy", Min = 0.9 },
            "warn" => new() { Metric = "accuracy", Min = 0.9, Severity = Severity.Warn },
            _ => new() { Metric = "accuracy@nowhere", Min = 0 },
        };
        ModelPolicy policy = new() { Gates = [.. gates.Split(' ').Select(Rule)], MissingMetric = MissingMetric.Hold };
        GateReport report = JudgeGates.Decide(First, policy, Asked([Said("a", right: true), Said("b", right: false)]), Items);
        Assert.Equal(outcome, report.Outcome);
        Assert.Equal(policy.Gates.Select(gate => gate.Metric), report.Gates.Select(gate => gate.Metric));
    }

    [Fact]
    public void A_report_names_what_was_judged_under_which_policy()
    {
        ModelPolicy policy = new() { Version = 7, Gates = [new GateRule { Metric = "accuracy", Min = 0 }] };
        Dictionary<string, string> digests = new() { ["golden"] = "g" };
        GateReport report = JudgeGates.Decide(Next, policy, new Evaluation("rev", digests, [Said("a", right: true), Said("b", right: true)], [Said("a", right: true)]), Items);
        Assert.Equal(
            ("tiny", "1.1.0", "digest", "1.0.0", "rev", 7, 2),
            (report.Model, report.Version, report.Digest, report.Champion, report.PolicyRevision, report.PolicyVersion, report.Items));
        Assert.Same(digests, report.Datasets);
    }

    [Fact]
    public void A_metric_that_nothing_was_measured_of_fails_unless_the_policy_holds()
    {
        ModelPolicy policy = new() { Gates = [new GateRule { Metric = "accuracy@nowhere", Min = 0 }] };
        Assert.Equal(Outcome.Fail, JudgeGates.Decide(First, policy, Asked([Said("a", right: true)]), Items).Outcome);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_draws_are_bound_to_the_datasets_whatever_their_order(bool goldenFirst)
    {
        (string, string)[] digests = goldenFirst ? [("golden", "bbb"), ("safety", "aaa")] : [("safety", "aaa"), ("golden", "bbb")];
        double[] seen = [.. Enumerable.Range(0, 30).Select(i => 12 + (10 * Math.Sin(1.7 * i)))];
        Sample[] candidate = [.. seen.Select((value, i) => Said($"{i:D4}", right: true) with { Perplexity = value })];
        Evaluation evaluation = new(
            "rev", digests.ToDictionary(one => one.Item1, one => one.Item2), candidate, [.. candidate.Select(sample => sample with { Perplexity = 12 })]);
        ModelPolicy policy = new() { Gates = [new GateRule { Metric = "perplexity", VsChampion = new ChampionLimit { MaxIncrease = 1 } }] };
        Comparison comparison = Assert.Single(Assert.Single(JudgeGates.Decide(Next, policy, evaluation, Items).Gates).Comparisons);
        double[] better = [.. seen.Select(value => 12 - value)];
        Assert.Equal(Bootstrap.Mean(better, 0.05, "digest/aaa/bbb/perplexity/max_increase"), comparison.Interval);
        Assert.NotEqual(Bootstrap.Mean(better, 0.05, "digest/bbb/aaa/perplexity/max_increase"), comparison.Interval);
    }

    [Fact]
    public void A_champion_is_compared_only_where_there_is_one()
    {
        ModelPolicy policy = new() { Gates = [new GateRule { Metric = "perplexity", VsChampion = new ChampionLimit { MaxIncrease = 1 } }] };
        Sample[] same = [.. "abc".Select(item => Said($"{item}", right: true) with { Perplexity = 5 })];
        Evaluation evaluation = Asked(same, same);
        Assert.Equal("5, no champion yet: absolute limits only", Assert.Single(JudgeGates.Decide(First, policy, evaluation, Items).Gates).Text);
        Assert.StartsWith("5, champion 5 (max_increase: ", Assert.Single(JudgeGates.Decide(Next, policy, evaluation, Items).Gates).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_side_has_its_own_memory()
    {
        ModelPolicy policy = new() { Gates = [new GateRule { Metric = "peak_memory_mb", Max = 500 }] };
        Evaluation evaluation = Asked([Said("a", right: true)], [Said("a", right: true)]) with { CandidateMemoryMB = 300, ChampionMemoryMB = 200 };
        GateVerdict verdict = Assert.Single(JudgeGates.Decide(Next, policy, evaluation, Items).Gates);
        Assert.Equal(((double?)300, (double?)200), (verdict.Candidate, verdict.Champion));
    }

    [Fact]
    public void Answers_from_the_cache_are_counted_on_both_sides_also_where_they_are_the_same()
    {
        Sample kept = Said("a", right: true) with { Cached = true };
        Assert.Equal(3, Judge(Asked([kept, kept with { Item = "b" }, Said("c", right: true)], [kept, Said("b", right: true)])).Cached);
    }

    [Fact]
    public void Items_asked_several_times_count_once_and_only_the_candidates_are_told_as_flaky()
    {
        Sample[] twice = [Said("a", right: true), Said("b", right: true), Said("a", right: false) with { Run = 1 }, Said("b", right: true) with { Run = 1 }];
        Sample[] champion = [Said("a", right: true), Said("b", right: true), Said("a", right: true) with { Run = 1 }, Said("b", right: false) with { Run = 1 }];
        GateReport report = Judge(Asked(twice, champion));
        Assert.Equal(2, report.Items);
        Assert.Equal([new FlakyItem("golden", "a", 1, 2)], report.Flaky);
        Assert.Equal(["a"], report.FailedItems.Select(item => item.Item));
    }

    [Fact]
    public void A_wrong_answer_stands_beside_what_was_expected_and_what_the_champion_said()
    {
        Sample[] candidate = [Said("a", right: false, "Rome"), Said("b", right: false, "half of it") with { Error = "HTTP 500" }, Said("c", right: true, "Cairo")];
        Sample[] champion = [Said("a", right: true, "Athens"), Said("b", right: false, "Sparta"), Said("c", right: false, "Rome")];
        Assert.Equal(
            [
                new FailedItem("golden", "a", "ask a", "Athens", "Rome", "Athens", true),
                new FailedItem("golden", "b", "ask b", "Bern", "HTTP 500", "Sparta", false),
            ],
            Judge(Asked(candidate, champion)).FailedItems);
    }

    [Fact]
    public void A_wrong_answer_stands_alone_where_the_champion_was_not_asked() => Assert.Equal(
        [new FailedItem("golden", "a", "ask a", "Athens", "Rome", null, false)],
        Judge(Asked([Said("a", right: false, "Rome")])).FailedItems);

    [Fact]
    public void Of_a_test_the_assertions_that_did_not_pass_are_what_was_expected()
    {
        Sample sample = Said("a", right: false, "Sparta") with
        {
            Dataset = "tests",
            Checks =
            [
                new CheckResult("contains", null, false, 0, 1, "should contain Athens"), new CheckResult("regex", null, true, 1, 1, "passed"),
                new CheckResult("llm-rubric", null, null, 0, 1, "the judge is down"),
            ],
        };
        Assert.Equal(
            [new FailedItem("tests", "a", "ask it", "contains: should contain Athens; llm-rubric: the judge is down", "Sparta", null, false)],
            Judge(Asked([sample])).FailedItems);
    }

    private static GateReport Judge(Evaluation evaluation) =>
        JudgeGates.Decide(Next, new ModelPolicy { Gates = [new GateRule { Metric = "accuracy", Min = 0 }] }, evaluation, Items);

    private static Evaluation Asked(IReadOnlyList<Sample> candidate, IReadOnlyList<Sample>? champion = null) =>
        new("rev", new Dictionary<string, string> { ["golden"] = "g" }, candidate, champion ?? []);

    private static Sample Said(string item, bool right, string text = "said") => new("golden", item, $"ask {item}", text, 1, 10, null, right);
}
