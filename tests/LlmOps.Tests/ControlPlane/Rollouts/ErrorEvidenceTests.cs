using LlmOps.Releases;
using LlmOps.Rollouts;

namespace LlmOps.Tests.ControlPlane.Rollouts;

/// <summary>The evidence against values computed apart from it (Python, 50 digits), and what makes it a test martingale.</summary>
public sealed class ErrorEvidenceTests
{
    [Theory]
    [InlineData(0, 0, 0.1, 0.2, 0)]
    [InlineData(10, 2, 0.1, 0.2, 0.444030075868823)] // 2 ln 2 + 8 ln (8/9)
    [InlineData(80, 0, 0.003, 0.05, -3.863102829380145)]
    [InlineData(1, 1, 0.003, 0.05, 2.8134107167600364)] // ln (50/3)
    [InlineData(2.5, 0.5, 0.25, 0.75, -1.6479184330021646)] // -1.5 ln 3
    public void Errors_speak_for_the_rate_under_which_they_are_likelier(double requests, double failed, double healthy, double bad, double nats) =>
        Assert.Equal(nats, ErrorEvidence.Alone(requests, failed, healthy, bad), 12);

    [Theory]
    [InlineData(0.003, 0.05)]
    [InlineData(0.2, 0.7)]
    public void Under_the_healthy_rate_its_mean_is_one(double healthy, double bad) => Assert.Equal(
        1, (healthy * Math.Exp(ErrorEvidence.Alone(1, 1, healthy, bad))) + ((1 - healthy) * Math.Exp(ErrorEvidence.Alone(1, 0, healthy, bad))), 12);

    [Fact]
    public void It_is_the_same_told_of_successes_and_the_opposite_told_of_the_other_rate()
    {
        Assert.Equal(ErrorEvidence.Alone(30, 4, 0.1, 0.3), ErrorEvidence.Alone(30, 26, 0.9, 0.7), 12);
        Assert.Equal(ErrorEvidence.Alone(30, 4, 0.1, 0.3), -ErrorEvidence.Alone(30, 4, 0.3, 0.1), 12);
        Assert.Equal(ErrorEvidence.Alone(30, 4, 0.1, 0.3), ErrorEvidence.Alone(10, 3, 0.1, 0.3) + ErrorEvidence.Alone(20, 1, 0.1, 0.3), 12);
    }

    [Theory]
    [InlineData(100, 10, 300, 3, 0.01, 0.1, 8.022363348068232)]
    [InlineData(50, 0, 50, 5, 0.02, 0.3, -12.576504955870288)]
    [InlineData(7.5, 1.5, 20, 0.5, 0.003, 0.05, 0.9352608302242307)]
    public void Two_samples_speak_by_the_rate_that_both_would_share(double requests, double failed, double championRequests, double championFailed, double healthy, double bad, double nats) =>
        Assert.Equal(nats, ErrorEvidence.Beside(new PairCount(requests, failed, championRequests, championFailed), healthy, bad), 12);

    [Theory]
    [InlineData(0, 0, 100, 3)]
    [InlineData(100, 3, 0, 0)]
    [InlineData(0, 0, 0, 0)]
    public void One_sample_says_nothing_beside_none(double requests, double failed, double championRequests, double championFailed) =>
        Assert.Equal(0, ErrorEvidence.Beside(new PairCount(requests, failed, championRequests, championFailed), 0.003, 0.05));

    [Fact]
    public void Told_of_successes_and_with_the_sides_swapped_two_samples_say_the_same()
    {
        double evidence = ErrorEvidence.Beside(new PairCount(40, 6, 100, 3), 0.02, 0.2);
        Assert.Equal(evidence, ErrorEvidence.Beside(new PairCount(40, 34, 100, 97), 0.98, 0.8), 12);
        Assert.Equal(evidence, ErrorEvidence.Beside(new PairCount(100, 3, 40, 6), 0.2, 0.02), 12);
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(6, 2)]
    public void Whatever_rate_both_share_its_mean_is_at_most_one(int requests, int championRequests)
    {
        for (double rate = 0.005; rate < 1; rate += 0.005)
        {
            double mean = 0;
            for (int failed = 0; failed <= requests; failed++)
            {
                for (int theirs = 0; theirs <= championRequests; theirs++)
                {
                    mean += Chance(failed, requests, rate) * Chance(theirs, championRequests, rate)
                        * Math.Exp(ErrorEvidence.Beside(new PairCount(requests, failed, championRequests, theirs), 0.05, 0.4));
                }
            }
            Assert.InRange(mean, 0, 1 + 1e-12);
        }
    }

    [Theory]
    [InlineData(1000, 9, 0.004)] // (3 - 1)² / 1000
    [InlineData(200, 2, 0.0008578643762690495)]
    [InlineData(100, 1, 0)]
    [InlineData(100, 0.5, 0)] // one failure, or less, proves nothing
    [InlineData(100, 0, 0)]
    [InlineData(0, 0, 0)]
    public void A_rate_is_proven_two_deviations_below_what_was_seen(double requests, double failed, double rate) =>
        Assert.Equal(rate, ErrorEvidence.ProvenRate(requests, failed), 12);

    [Theory]
    [InlineData(0, 0, 0.05, 0)]
    [InlineData(1, 2, 0.25, 1.3573740195087884)] // ln (0.75 e + 0.25 e²)
    [InlineData(2, 1, 0.25, 1.8279889392428696)]
    [InlineData(1, 2, 0, 1)]
    [InlineData(1, 2, 1, 2)]
    [InlineData(1000, 990, 0.5, 999.3068982183393)] // exp(1000) is beyond a double
    [InlineData(-1000, -1000, 0.3, -1000)] // exp(-1000) too
    [InlineData(3, double.NegativeInfinity, 0.5, 2.3068528194400546)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity, 0.5, double.NegativeInfinity)]
    [InlineData(0, double.PositiveInfinity, 0.05, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, 0, 0.05, double.PositiveInfinity)]
    public void Evidence_is_mixed_by_shares(double one, double other, double share, double mean) =>
        Assert.Equal(mean, ErrorEvidence.Mean(one, other, share), 11);

    private static double Chance(int k, int n, double p)
    {
        double ways = 1;
        for (int i = 0; i < k; i++)
        {
            ways *= (double)(n - i) / (i + 1);
        }
        return ways * Math.Pow(p, k) * Math.Pow(1 - p, n - k);
    }

    [Theory]
    [InlineData(0.001, 1)]
    [InlineData(0.02, 1)]
    [InlineData(0.3, 1)]
    [InlineData(0.02, 4)]
    [InlineData(0.3, 9)]
    public void A_copy_that_fails_where_its_original_does_makes_wrong_evidence_rarer(double rate, int requests)
    {
        double before = 1 + 1e-12;
        for (double together = rate * rate; together <= rate; together += (rate - (rate * rate)) / 4)
        {
            double mean = Mean(rate, together, requests);
            Assert.InRange(mean, 0, before);
            before = mean + 1e-12;
        }
    }

    // The mean of a window in which one of so many requests is copied, where both versions have one rate and the copy and its
    // original fail together with the given chance.
    private static double Mean(double rate, double together, int requests)
    {
        double mean = 0;
        for (int others = 0; others < requests; others++)
        {
            foreach ((int copy, int original, double chance) in new[]
            {
                (1, 1, together), (1, 0, rate - together), (0, 1, rate - together), (0, 0, 1 - (2 * rate) + together),
            })
            {
                double log = ErrorEvidence.Beside(new PairCount(1, copy, requests, original + others), 0.003, 0.0265);
                mean += chance * LlmOps.Gates.Statistics.Binomial.Pmf(others, requests - 1, rate) * Math.Exp(log);
            }
        }
        return mean;
    }
}
