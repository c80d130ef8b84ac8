using LlmOps.Benchmarks.Canary;
using LlmOps.Rollouts;

namespace LlmOps.Tests.ControlPlane.Rollouts;

public sealed class RobbinsTests
{
    [Fact]
    public void Nothing_of_ten_rules_out_more_than_42_percent()
    {
        (double lower, double upper) = Robbins.Interval(0, 10, 0.05);
        Assert.Equal(0, lower);
        Assert.Equal(1 - Math.Pow(0.05 / 11, 0.1), upper, 9); // 11 (1 - p)^10 = 0.05
    }

    [Fact]
    public void Both_ends_are_where_the_bound_is_reached()
    {
        (double lower, double upper) = Robbins.Interval(30, 100, 0.01);
        Assert.InRange(lower, 0.1, 0.3);
        Assert.InRange(upper, 0.3, 0.55);
        Assert.True(Robbins.RuleOut(30, 100, lower - 1e-6, 0.01) && !Robbins.RuleOut(30, 100, lower + 1e-6, 0.01));
        Assert.True(Robbins.RuleOut(30, 100, upper + 1e-6, 0.01) && !Robbins.RuleOut(30, 100, upper - 1e-6, 0.01));
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(230, false)]
    [InlineData(260, true)] // (n + 1) 0.95^n falls below 0.00125
    public void A_95th_percentile_needs_some_hundred_requests(int requests, bool bounded) =>
        Assert.Equal(bounded, Robbins.Ranks(requests, 0.95, 0.00125).Past is not null);

    [Fact]
    public void Ranks_lie_on_both_sides_of_the_quantile()
    {
        (int? below, int? past) = Robbins.Ranks(2000, 0.95, 0.00125);
        Assert.InRange(below!.Value, 1800, 1899);
        Assert.InRange(past!.Value, 1901, 2000);
    }

    [Fact]
    public void The_true_share_is_hardly_ever_ruled_out_at_any_of_many_looks()
    {
        int wrong = 0;
        for (ulong run = 1; run <= 400; run++)
        {
            Chance chance = new(run);
            int hits = 0;
            bool out1 = false;
            for (int n = 1; n <= 1000; n++)
            {
                hits += chance.Uniform() < 0.9 ? 1 : 0;
                out1 |= Robbins.RuleOut(hits, n, 0.9, 0.05);
            }
            wrong += out1 ? 1 : 0;
        }
        Assert.InRange(wrong, 0, 32); // 20 expected at most
    }
}
