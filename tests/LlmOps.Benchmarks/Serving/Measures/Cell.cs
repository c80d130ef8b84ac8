using LlmOps.Benchmarks.Serving.Engines;
using LlmOps.Benchmarks.Serving.Model;

namespace LlmOps.Benchmarks.Serving.Measures;

/// <summary>The bursts of one engine at one precision and number of streams, a burst a round.</summary>
internal sealed record Cell(string Engine, string Precision, int Streams)
{
    private readonly List<IReadOnlyList<StreamTimes>> _bursts = [];

    public double PeakMemoryMB { get; set; }

    public int Rounds => _bursts.Count;

    /// <exception cref="InvalidDataException">A stream has not as many tokens as were asked for: it cannot be compared.</exception>
    public void Add(IReadOnlyList<StreamTimes> burst, int tokens)
    {
        if (burst.Count != Streams || burst.FirstOrDefault(stream => stream.Milliseconds.Count != tokens) is not null)
        {
            throw new InvalidDataException($"{Engine} answered {string.Join(", ", burst.Select(stream => stream.Milliseconds.Count))} tokens, not {Streams} times {tokens}");
        }
        _bursts.Add(burst);
    }

    /// <summary>The row of the results.</summary>
    /// <param name="shape">The model's.</param>
    /// <param name="promptTokens">Tokens of each prompt.</param>
    /// <param name="bandwidth">Gigabytes per second.</param>
    public ServingRow Row(ModelShape shape, int promptTokens, double bandwidth)
    {
        StreamTimes[] streams = [.. _bursts.SelectMany(burst => burst)];
        double[] gaps = [.. streams.SelectMany(stream => stream.Milliseconds.Zip(stream.Milliseconds.Skip(1), (before, after) => after - before))];
        double[] firsts = [.. streams.Select(stream => stream.Milliseconds[0])];
        double decode = Percentile.Median(_bursts.Select(DecodeRate));
        double bound = Roofline.TokensPerSecond(shape, Engine, Precision, Streams, promptTokens + (streams[0].Tokens.Count / 2.0), bandwidth);
        return new ServingRow(
            Engine, Precision, Streams, Round(Percentile.Median(_bursts.Select(Throughput)), 2), Round(Percentile.Median(firsts), 1), Round(Percentile.Of(firsts, 0.95), 1),
            Round(Percentile.Median(gaps), 2), Round(Percentile.Of(gaps, 0.99), 2), Round(PeakMemoryMB, 0), Round(decode / bound, 4), Round(decode, 2));
    }

    private static double Throughput(IReadOnlyList<StreamTimes> burst) =>
        burst.Sum(stream => stream.Milliseconds.Count) / burst.Max(stream => stream.Milliseconds[^1]) * 1000;

    /// <summary>Tokens per second from when the last stream has begun until the first one ends; of the whole time after the first token where they do not overlap.</summary>
    private static double DecodeRate(IReadOnlyList<StreamTimes> burst)
    {
        double from = burst.Max(stream => stream.Milliseconds[0]);
        double to = burst.Min(stream => stream.Milliseconds[^1]);
        if (to <= from) (from, to) = (burst.Min(stream => stream.Milliseconds[0]), burst.Max(stream => stream.Milliseconds[^1]));
        return burst.Sum(stream => stream.Milliseconds.Count(at => at > from && at <= to)) / (to - from) * 1000;
    }

    private static double Round(double value, int digits) => Math.Round(value, digits);
}
