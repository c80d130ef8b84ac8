using LlmOps.LocalHost.Cluster.Gateway;

namespace LlmOps.Tests.LocalHost.Cluster;

public sealed class EvenSharesTests
{
    [Theory]
    [InlineData(95, 5)]
    [InlineData(75, 25)]
    [InlineData(50, 50)]
    [InlineData(0, 100)]
    [InlineData(999_983, 17)]
    public void Shares_are_exact_in_every_round(int blue, int green)
    {
        EvenShares shares = new([blue, green]);
        int[] dealt = Deal(shares, shares.Total);
        Assert.Equal((double)green / (blue + green), dealt.Count(index => index == 1) / (double)shares.Total, precision: 12);
    }

    [Fact]
    public void Five_percent_comes_once_in_every_twenty_requests()
    {
        int[] dealt = Deal(new([95, 5]), 200);
        Assert.All(dealt.Chunk(20), twenty => Assert.Single(twenty, index => index == 1));
    }

    [Fact]
    public void Any_run_is_close_to_its_shares()
    {
        int[] dealt = Deal(new([89, 11]), 2000);
        for (int start = 0; start < 1900; start++)
        {
            Assert.InRange(dealt[start..(start + 100)].Count(index => index == 1), 9, 13);
        }
    }

    [Fact]
    public void Nobody_gets_anything_when_all_weights_are_zero() => Assert.Null(new EvenShares([0, 0]).Next());

    private static int[] Deal(EvenShares shares, int count) => [.. Enumerable.Range(0, count).Select(_ => shares.Next()!.Value)];
}
