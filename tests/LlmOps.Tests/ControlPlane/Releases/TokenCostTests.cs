using LlmOps.Gates;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Releases;

public sealed class TokenCostTests
{
    [Fact]
    public void The_price_of_an_hour_is_shared_by_the_tokens_of_an_hour()
    {
        TokenCost cost = TokenCost.Of(3.6, "EUR", 100)!;
        Assert.Equal(0.01, cost.Per1000Tokens, 12);
        Assert.Equal("0.01 EUR for 1,000 tokens: 3.6 EUR a node-hour / 3600 / 100 tokens a second × 1000", cost.ToString());
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(3.6, 0)]
    [InlineData(3.6, double.NaN)]
    [InlineData(3.6, double.PositiveInfinity)]
    public void Without_a_price_or_a_speed_there_is_no_cost(double price, double speed) => Assert.Null(TokenCost.Of(price, "EUR", speed));

    [Fact]
    public void The_speed_is_all_tokens_over_all_seconds_of_answers_that_came() =>
        Assert.Equal(30, MeasureSpeed.TokensPerSecond([Of(10, 500), Of(20, 500), Of(9, 900) with { Error = "500" }, Of(90, 1) with { Cached = true }, Of(0, 100)]));

    [Fact]
    public async Task A_release_and_its_report_show_the_cost()
    {
        using LoopFixture loop = new() { Settings = options => options with { NodeHourPrice = 3.6 } };
        loop.Restart();
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.Until("1.0.0", Phase.Done);
        TokenCost cost = (await loop.Release("1.0.0")).Cost!;
        // 8 tokens in 20 ms.
        Assert.Equal((400, 0.0025), (Math.Round(cost.TokensPerSecond, 6), Math.Round(cost.Per1000Tokens, 9)));
        Assert.Contains("Cost: 0.0025 USD for 1,000 tokens", await loop.Get<GetGateReport>().Handle(LoopFixture.Model, "1.0.0", default), StringComparison.Ordinal);
    }

    private static Sample Of(int tokens, double latency) => new("golden", "1", "", "", tokens, latency, null, true);
}
