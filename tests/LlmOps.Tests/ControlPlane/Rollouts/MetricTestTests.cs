using System.Text.Json;
using LlmOps.Benchmarks.Canary;
using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollouts;

namespace LlmOps.Tests.ControlPlane.Rollouts;

public sealed class MetricTestTests
{
    private static readonly double[] Bounds = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2.5];

    [Theory]
    [InlineData(4000, 4000, 1.0, "Pass")]
    [InlineData(4000, 4000, 2.5, "Fail")]
    [InlineData(4000, 4000, 1.45, "Inconclusive")] // at the limit there is no telling
    [InlineData(200, 4000, 1.0, "Inconclusive")] // too few to say anything of a 95th percentile
    [InlineData(4000, 200, 1.0, "Inconclusive")]
    [InlineData(400, 4000, 4.0, "Fail")]
    public void A_quantile_is_compared_with_both_sides_uncertain(int requests, int championRequests, double slower, string outcome) => Assert.Equal(
        outcome, Judge(Rule("latency_p95"), Window(Times(requests, 0.1 * slower), Times(championRequests, 0.1))).Outcome.ToString());

    [Fact]
    public void On_the_last_step_the_record_stands_for_the_champion()
    {
        MetricWindow window = new(Distribution.Nothing, Distribution.Nothing, Times(4000, 0.25), Times(10, 0.1), Times(4000, 0.25));
        Assert.Equal(Outcome.Pass, Judge(Rule("latency_p95"), window, last: true).Outcome);
        Assert.Equal(Outcome.Inconclusive, Judge(Rule("latency_p95"), window).Outcome);
        Assert.Equal(Outcome.Inconclusive, Judge(Rule("latency_p95"), window with { Record = Distribution.Nothing }, last: true).Outcome);
    }

    [Fact]
    public void Tokens_of_one_request_do_not_count_as_many()
    {
        Distribution tokens = Times(50_000, 0.1) with { Requests = 100 };
        Assert.Equal(Outcome.Inconclusive, Judge(Rule("inter_token_latency_p95"), Window(tokens, tokens)).Outcome);
        Assert.Equal(Outcome.Pass, Judge(Rule("inter_token_latency_p95"), Window(tokens with { Requests = 4000 }, tokens with { Requests = 4000 })).Outcome);
    }

    [Theory]
    [InlineData(20, 20, "Pass")]
    [InlineData(300, 20, "Fail")]
    [InlineData(90, 20, "Inconclusive")]
    public void A_share_is_compared_with_both_sides_uncertain(int truncated, int championTruncated, string outcome) => Assert.Equal(
        outcome,
        Judge(new RolloutMetric { Metric = "truncated_rate", MaxIncrease = 0.05 }, Window(Shares(1000, truncated), Shares(1000, championTruncated))).Outcome.ToString());

    [Theory]
    [InlineData(1.0, "Pass")]
    [InlineData(3.0, "Fail")]
    [InlineData(1.4, "Inconclusive")] // at the limit there is no telling
    public void Tokens_per_second_are_bounded_by_the_seconds_per_token(double slower, string outcome)
    {
        RolloutMetric rule = new() { Metric = "tokens_per_second_p50", MaxRelativeDecrease = 0.3 };
        MetricVerdict verdict = Judge(rule, Window(Times(4000, 0.1 * slower), Times(4000, 0.1)));
        Assert.Equal(outcome, verdict.Outcome.ToString());
        // The champion's median is 0.0724 s a token within its bucket, which is 13.8 tokens a second.
        Assert.Matches(@"tokens/s of 4000 requests against 1[23]\.?\d* to 1[45]\.?\d* tokens/s of 4000; at most 30 % less$", verdict.Text);
    }

    [Theory]
    [InlineData(MissingLiveMetric.Hold, "Inconclusive")]
    [InlineData(MissingLiveMetric.Ignore, "Pass")]
    public void No_counters_are_not_zero(MissingLiveMetric missing, string outcome) =>
        Assert.Equal(outcome, MetricTest.Of(null, Policy(Rule("latency_p95") with { Missing = missing }), lastStep: false).Single().Outcome.ToString());

    [Fact]
    public void Counters_that_went_back_are_counted_from_the_next_look_on()
    {
        MetricWindow window = MetricWindow.Begin(Times(100, 0.1), Times(1000, 0.1)).Look(Times(150, 0.1), null).Look(Times(20, 0.1), null).Look(Times(30, 0.1), null);
        Assert.Equal(50 + 10, window.Candidate.Requests);
        Assert.Equal((0, 1000), (window.Champion.Requests, window.Record.Requests));
    }

    [Fact]
    public void A_steps_champion_becomes_the_record_and_all_of_it_survives_a_restart()
    {
        MetricWindow window = MetricWindow.Begin(Times(1, 0.1), Times(100, 0.1)).Look(Times(5, 0.1), Times(300, 0.1)).CloseStep();
        MetricWindow read = JsonSerializer.Deserialize<MetricWindow>(JsonSerializer.Serialize(window, Wire.Json), Wire.Json)!;
        Assert.Equal((300, 0, 0), (read.Record.Requests, read.Candidate.Requests, read.Champion.Requests));
        Assert.Equal(10, read.Look(Times(15, 0.1), null).Candidate.Requests);
    }

    [Fact]
    public void A_candidate_as_fast_as_its_champion_hardly_ever_fails_however_often_it_is_looked_at()
    {
        int failed = 0, passed = 0;
        RolloutMetric rule = Rule("latency_p90") with { MaxRelativeIncrease = 0.3, Alpha = 0.05 };
        for (ulong run = 1; run <= 150; run++)
        {
            Chance chance = new(run);
            (double[] ours, double[] theirs) = (new double[Bounds.Length + 1], new double[Bounds.Length + 1]);
            Outcome outcome = Outcome.Inconclusive;
            for (int look = 1; look <= 150 && outcome == Outcome.Inconclusive; look++)
            {
                Draw(chance, ours, 20);
                Draw(chance, theirs, 20);
                outcome = Judge(rule, Window(new(Bounds, ours, 20 * look), new(Bounds, theirs, 20 * look))).Outcome;
            }
            (failed, passed) = (failed + (outcome == Outcome.Fail ? 1 : 0), passed + (outcome == Outcome.Pass ? 1 : 0));
        }
        Assert.InRange(failed, 0, 7);
        Assert.InRange(passed, 140, 150);
    }

    private static void Draw(Chance chance, double[] counts, int values)
    {
        for (int i = 0; i < values; i++)
        {
            double value = 0.2 * chance.Exponential();
            int bucket = Array.FindIndex(Bounds, bound => value <= bound);
            counts[bucket < 0 ? Bounds.Length : bucket]++;
        }
    }

    private static MetricVerdict Judge(RolloutMetric rule, MetricWindow window, bool last = false) =>
        MetricTest.Of(new Dictionary<string, MetricWindow> { [rule.Metric] = window }, Policy(rule), last).Single();

    private static RolloutPolicy Policy(RolloutMetric rule) => new() { Metrics = [rule] };

    private static RolloutMetric Rule(string metric) => new() { Metric = metric, MaxRelativeIncrease = 0.5 };

    private static MetricWindow Window(Distribution candidate, Distribution champion) =>
        new(Distribution.Nothing, Distribution.Nothing, candidate, champion, Distribution.Nothing);

    private static Distribution Shares(int answers, int hits) => new([0], [answers - hits, hits], answers);

    // Exponentially spread times, as counted on average.
    private static Distribution Times(int requests, double mean)
    {
        double[] below = [0, .. Bounds.Select(bound => Math.Round(requests * (1 - Math.Exp(-bound / mean)))), requests];
        return new Distribution(Bounds, [.. below.Skip(1).Zip(below, (now, before) => now - before)], requests);
    }
}
