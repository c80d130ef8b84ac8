using LlmOps.Benchmarks.Serving.Engines;

namespace LlmOps.Benchmarks.Serving.Measures;

/// <summary>How far an engine's answers are those of the first engine of the turn, which shows that both run the same weights.</summary>
/// <param name="Engine">The engine that is compared.</param>
/// <param name="Precision">"int4" or "fp32".</param>
/// <param name="Streams">Requests at a time.</param>
/// <param name="Round">From 0.</param>
/// <param name="Firsts">Share of the streams whose first token is the same, 0 to 1.</param>
/// <param name="Leading">Tokens that are the same before the first that is not; the mean of the streams.</param>
internal sealed record SameTokens(string Engine, string Precision, int Streams, int Round, double Firsts, double Leading)
{
    public static SameTokens Of(string engine, string precision, int streams, int round, IReadOnlyList<StreamTimes> first, IReadOnlyList<StreamTimes> other)
    {
        int[] leading = [.. first.Zip(other, (one, two) => one.Tokens.Zip(two.Tokens).TakeWhile(pair => pair.First == pair.Second).Count())];
        return new SameTokens(engine, precision, streams, round, leading.Average(length => length > 0 ? 1 : 0), leading.Average());
    }
}
