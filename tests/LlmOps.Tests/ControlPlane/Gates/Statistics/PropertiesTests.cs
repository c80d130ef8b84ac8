using LlmOps.Gates;
using LlmOps.Gates.Statistics;

namespace LlmOps.Tests.ControlPlane.Gates.Statistics;

public sealed class PropertiesTests
{
    [Theory]
    [InlineData(12, 0.05)]
    [InlineData(20, 0.05)]
    [InlineData(10, 0.01)]
    public void The_exact_bound_misses_the_truth_no_more_often_than_alpha_wherever_the_truth_lies(int items, double alpha)
    {
        List<(PairedCounts Counts, double Lower)> tables = [];
        for (int gains = 0; gains <= items; gains++)
        {
            for (int losses = 0; gains + losses <= items; losses++)
            {
                PairedCounts counts = new(items, gains, losses);
                tables.Add((counts, ExactPaired.Lower(counts, alpha)));
            }
        }
        for (double gain = 0; gain <= 1; gain += 0.025)
        {
            for (double loss = 0; gain + loss <= 1; loss += 0.025)
            {
                double missed = tables.Where(table => table.Lower > gain - loss + 1e-6).Sum(table => Binomial.Pmf(table.Counts.Gains, items, gain)
                    * Binomial.Pmf(table.Counts.Losses, items - table.Counts.Gains, gain >= 1 ? 0 : Math.Min(1, loss / (1 - gain))));
                Assert.True(missed <= alpha + 1e-6, $"gain {gain}, loss {loss}: the bound lies above the truth in {missed:P3} of cases");
            }
        }
    }

    [Fact]
    public void More_losses_never_raise_the_bound_and_more_gains_never_lower_it()
    {
        double Lower(int gains, int losses) => ExactPaired.Lower(new PairedCounts(40, gains, losses), 0.05);
        for (int i = 0; i < 15; i++)
        {
            Assert.True(Lower(3, i + 1) <= Lower(3, i) + 1e-7);
            Assert.True(Lower(i + 1, 5) >= Lower(i, 5) - 1e-7);
        }
    }

    [Theory]
    [InlineData(200, 0.05, Outcome.Pass)]
    [InlineData(200, 0.0151, Outcome.Pass)]
    [InlineData(200, 0.0149, Outcome.Inconclusive)]
    [InlineData(42, 0.08, Outcome.Pass)]
    [InlineData(42, 0.05, Outcome.Inconclusive)]
    [InlineData(200, 0, Outcome.Inconclusive)]
    public void Identical_answers_pass_only_where_the_items_are_enough(int items, double margin, Outcome expected) =>
        Assert.Equal(expected, ExactPaired.Of(new PairedCounts(items, 0, 0), 0.05).NonInferior(margin));

    [Theory]
    [InlineData(0.10, 29)]
    [InlineData(0.08, 37)]
    [InlineData(0.05, 59)]
    [InlineData(0.03, 100)]
    [InlineData(0.02, 150)]
    [InlineData(0.01, 301)]
    public void The_documented_numbers_of_items_are_what_the_limits_need(double margin, int items) =>
        Assert.Equal(items, SampleSize.ForIdentical(margin, 0.05));

    [Fact]
    public void More_items_with_equal_answers_never_show_less()
    {
        double[] bounds = [.. Enumerable.Range(1, 120).Select(items => ExactPaired.Lower(new PairedCounts(items, 0, 0), 0.05))];
        Assert.Equal(bounds.Order(), bounds);
    }

    [Fact]
    public void The_needed_number_of_items_is_the_least_on_which_identical_answers_pass()
    {
        int needed = SampleSize.ForIdentical(0.05, 0.05)!.Value;
        Assert.Equal(Outcome.Pass, ExactPaired.Of(new PairedCounts(needed, 0, 0), 0.05).NonInferior(0.05));
        Assert.Equal(Outcome.Inconclusive, ExactPaired.Of(new PairedCounts(needed - 1, 0, 0), 0.05).NonInferior(0.05));
        Assert.Null(SampleSize.ForIdentical(0, 0.05));
        Assert.Null(SampleSize.ForDifference(-0.06, 0.1, 0.05, 0.05));
    }

    [Fact]
    public void The_bootstrap_draws_the_same_for_the_same_evidence()
    {
        double[] values = [.. Enumerable.Range(0, 50).Select(i => Math.Sin(i))];
        Assert.Equal(Bootstrap.Mean(values, 0.05, "digest"), Bootstrap.Mean(values, 0.05, "digest"));
        Assert.NotEqual(Bootstrap.Mean(values, 0.05, "digest").Lower, Bootstrap.Mean(values, 0.05, "other").Lower);
    }

    [Fact]
    public void A_quantile_of_drawn_items_is_the_one_of_the_sorted_values()
    {
        double[] values = [5, 1, 4, 2, 3, 9, 7];
        int[] picks = [0, 0, 6, 5, 1, 3, 3];
        Assert.Equal(Measured.Quantile([.. picks.Select(pick => values[pick])], 0.95), new DrawnQuantile(values, 0.95).Of(picks));
        Assert.Equal(Measured.Quantile([.. picks.Select(pick => values[pick])], 0.5), new DrawnQuantile(values, 0.5).Of(picks));
    }

    [Fact]
    public void Bounds_of_thousands_of_items_take_no_time_to_speak_of()
    {
        Interval interval = ExactPaired.Of(new PairedCounts(5000, 100, 120), 0.05);
        Assert.InRange(interval.Lower, -0.01, -0.004);
        Assert.InRange(interval.Upper, -0.004, 0.002);
    }
}
