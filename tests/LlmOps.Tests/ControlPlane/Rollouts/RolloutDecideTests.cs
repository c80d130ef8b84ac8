using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Rollouts;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollouts;

public sealed class RolloutDecideTests
{
    private static readonly RolloutPolicy Policy = new();

    private static RolloutFacts Facts(TrafficCount candidate, TrafficCount champion = default) => new(candidate, champion, candidate, champion);

    [Theory]
    [InlineData(false, 30, 100, 0, "Hold")] // the step has not stood a minute
    [InlineData(false, 90, 49, 0, "Hold")] // too few requests
    [InlineData(false, 90, 50, 0, "Advance")]
    [InlineData(true, 90, 50, 0, "Hold")] // no verdict yet
    [InlineData(true, 90, 100, 0, "Promote")]
    [InlineData(false, 5, 10, 4, "RollBack")] // at once
    [InlineData(true, 90, 200, 20, "RollBack")]
    [InlineData(false, 1801, 49, 0, "Stall")]
    [InlineData(true, 1801, 60, 1, "Stall")]
    [InlineData(true, 1801, 200, 20, "RollBack")] // bad is bad, also late
    [InlineData(false, 90, 0, 0, "Hold")]
    public void A_step_is_judged(bool last, int seconds, long requests, long failed, string decision) => Assert.Equal(
        decision,
        Rollout.Decide(last, ManualClock.Start, Facts(new(requests, failed), new(1000, 0)), Policy, ManualClock.Start.AddSeconds(seconds)).GetType().Name);

    [Theory]
    [InlineData(90, "Hold")]
    [InlineData(1801, "Stall")]
    public void No_data_is_not_zero(int seconds, string decision)
    {
        RolloutFacts? facts = RolloutFacts.From(Releases(), new Dictionary<string, TrafficCount> { ["blue"] = new(5, 0) }, "green", "blue");
        Assert.Null(facts);
        Assert.Equal(decision, Rollout.Decide(true, ManualClock.Start, facts, Policy, ManualClock.Start.AddSeconds(seconds)).GetType().Name);
    }

    [Fact]
    public void A_counter_that_went_back_began_again() => Assert.Equal(new TrafficCount(7, 1), new TrafficCount(7, 1) - new TrafficCount(100, 3));

    [Fact]
    public void A_champion_that_is_hardly_asked_at_the_last_step_excuses_nobody()
    {
        RolloutFacts facts = new(new(200, 40), new(2, 1), new(400, 40), new(1000, 3));
        Assert.True(ErrorTest.Of(facts, Policy).Fails);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    public void A_healthy_canary_is_hardly_ever_rolled_back_and_is_promoted(int requestsPerMinute)
    {
        (int aborted, int promoted, _) = Simulate(1000, requestsPerMinute, candidate: 0.005, champion: 0.005);
        Assert.True(aborted <= 10, $"{aborted} of 1000 aborted");
        Assert.True(promoted >= 950 || requestsPerMinute < 100, $"{promoted} of 1000 promoted");
    }

    [Fact]
    public void A_bad_canary_is_caught_fast()
    {
        (int aborted, _, double requests) = Simulate(1000, 600, candidate: 0.10, champion: 0.005);
        Assert.True(aborted >= 995, $"{aborted} of 1000 caught");
        Assert.True(requests < 100, $"after {requests} requests on average");
    }

    [Fact]
    public void A_canary_at_the_bad_rate_does_not_get_through()
    {
        (_, int promoted, _) = Simulate(1000, 600, candidate: 0.05, champion: 0.005);
        Assert.True(promoted <= 60, $"{promoted} of 1000 promoted");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_outage_of_both_on_any_step_with_a_champion_is_nobodys_fault(int step)
    {
        (int aborted, _, _) = Simulate(1000, 1000, candidate: 0.005, champion: 0.005, outageAt: step);
        Assert.True(aborted <= 20, $"{aborted} of 1000 aborted");
    }

    private static LlmOps.Releases.RolloutState Releases() => LlmOps.Releases.RolloutState.Start;

    // A rollout by the default policy, looked at every five seconds; on the outage's step both fail 30 % of its requests.
    private static (int Aborted, int Promoted, double Requests) Simulate(int runs, int requestsPerMinute, double candidate, double champion, int? outageAt = null)
    {
        Random chance = new(7);
        int aborted = 0, promoted = 0;
        long requests = 0;
        for (int run = 0; run < runs; run++)
        {
            LlmOps.Releases.RolloutState state = Releases();
            TrafficCount green = default, blue = default;
            DateTimeOffset now = ManualClock.Start, since = now;
            for (bool over = false; !over;)
            {
                now += TimeSpan.FromSeconds(5);
                double outage = outageAt == state.Step ? 0.3 : 0;
                int share = Policy.Steps[state.Step];
                for (int i = 0; i < Math.Max(1, requestsPerMinute / 12); i++)
                {
                    bool toGreen = chance.Next(100) < share;
                    int failed = chance.NextDouble() < Math.Max(outage, toGreen ? candidate : champion) ? 1 : 0;
                    (green, blue) = toGreen ? (green + new TrafficCount(1, failed), blue) : (green, blue + new TrafficCount(1, failed));
                }
                Dictionary<string, TrafficCount> counters = new() { ["green"] = green, ["blue"] = blue };
                RolloutFacts facts = RolloutFacts.From(state, counters, "green", "blue")!;
                switch (Rollout.Decide(share == 100, since, facts, Policy, now))
                {
                    case RolloutDecision.Advance:
                        state = facts.CloseWindow(state, counters, Policy) with { Step = state.Step + 1 };
                        since = now;
                        break;
                    case RolloutDecision.RollBack:
                        (aborted, over) = (aborted + 1, true);
                        break;
                    case RolloutDecision.Promote:
                        (promoted, over) = (promoted + 1, true);
                        break;
                    case RolloutDecision.Stall:
                        over = true;
                        break;
                }
            }
            requests += green.Requests;
        }
        return (aborted, promoted, requests / (double)runs);
    }
}
