using System.Globalization;

namespace LlmOps.Releases;

/// <summary>
/// What 1,000 generated tokens cost on one node that does nothing else: price a node-hour / 3600 / tokens a second × 1000,
/// in the currency that the price was given in.
/// </summary>
public sealed record TokenCost(double Per1000Tokens, string Currency, double NodeHourPrice, double TokensPerSecond)
{
    /// <summary>The cost, or null without a price or a measured speed: no data is not zero.</summary>
    public static TokenCost? Of(double nodeHourPrice, string currency, double tokensPerSecond) =>
        nodeHourPrice > 0 && tokensPerSecond > 0 && double.IsFinite(tokensPerSecond)
            ? new TokenCost(nodeHourPrice / 3600 / tokensPerSecond * 1000, currency, nodeHourPrice, tokensPerSecond)
            : null;

    /// <summary>For people: `0.0111 EUR`.</summary>
    public string Amount() => string.Create(CultureInfo.InvariantCulture, $"{Per1000Tokens:0.####} {Currency}");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Amount()} for 1,000 tokens: {NodeHourPrice:0.####} {Currency} a node-hour / 3600 / {TokensPerSecond:0.#} tokens a second × 1000");
}
