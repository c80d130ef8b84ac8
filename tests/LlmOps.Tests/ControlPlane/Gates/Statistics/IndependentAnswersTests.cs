using LlmOps.Gates.Statistics;

namespace LlmOps.Tests.ControlPlane.Gates.Statistics;

/// <summary>The gates' statistics equal those of SciPy and statsmodels on fifty recorded cases.</summary>
public sealed class IndependentAnswersTests
{
    private static readonly StatisticsCases Cases = StatisticsCases.Read();

    [Fact]
    public void There_are_fifty_cases() =>
        Assert.Equal(50, Cases.Paired.Count + Cases.Shares.Count + Cases.Bca.Count + Cases.Normal.Count);

    [Fact]
    public void Exact_paired_bounds_equal_an_enumeration_of_all_tables() => Assert.All(Cases.Paired, known =>
    {
        Interval ours = ExactPaired.Of(known.Counts, known.Alpha);
        Assert.Equal(known.Lower, ours.Lower, 1e-5);
        Assert.Equal(known.Upper, ours.Upper, 1e-5);
    });

    [Fact]
    public void McNemars_exact_p_value_equals_statsmodels() =>
        Assert.All(Cases.Paired, known => Assert.Equal(known.Mcnemar, Binomial.McNemar(known.Counts), 1e-12));

    [Fact]
    public void Clopper_and_Pearsons_interval_equals_statsmodels() => Assert.All(Cases.Shares, known =>
    {
        (double lower, double upper) = Binomial.ClopperPearson(known.Right, known.Items, known.Alpha);
        Assert.Equal(known.Lower, lower, 1e-10);
        Assert.Equal(known.Upper, upper, 1e-10);
    });

    [Fact]
    public void Bca_ends_equal_SciPys_on_its_own_draws() => Assert.All(Cases.Bca, known =>
    {
        double total = known.Values.Sum();
        double[] without = [.. known.Values.Select(value => (total - value) / (known.Values.Length - 1))];
        (double lower, double upper) = Bootstrap.Bca([.. known.Drawn], known.Values.Average(), without, known.Alpha);
        Assert.Equal(known.Lower, lower, 1e-9);
        Assert.Equal(known.Upper, upper, 1e-9);
    });

    [Fact]
    public void Normal_quantiles_equal_SciPys() => Assert.All(Cases.Normal, known =>
    {
        Assert.Equal(known.Z, Normal.Quantile(known.P), 1e-9);
        Assert.Equal(known.P, Normal.Cdf(known.Z), 1e-12);
    });
}
