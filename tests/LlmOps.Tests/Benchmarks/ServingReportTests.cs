using System.Text.Json;
using System.Xml.Linq;
using LlmOps.Benchmarks.Serving.Engines;
using LlmOps.Benchmarks.Serving.Measures;
using LlmOps.Benchmarks.Serving.Model;
using LlmOps.Benchmarks.Serving.Output;
using LlmOps.Ports;

namespace LlmOps.Tests.Benchmarks;

public sealed class ServingReportTests
{
    private static readonly string[] RowNames =
    [
        "engine", "precision", "streams", "tokensPerSecond", "ttftP50Ms", "ttftP95Ms", "itlP50Ms", "itlP99Ms", "peakMemoryMB", "shareOfBound",
    ];

    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.95, 10)]
    [InlineData(0.01, 1)]
    [InlineData(1, 10)]
    public void A_percentile_is_a_value_that_was_measured(double share, double expected) =>
        Assert.Equal(expected, Percentile.Of([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share));

    [Fact]
    public void A_row_tells_throughput_latencies_and_the_share_of_the_bound()
    {
        Cell cell = new("ours", Precisions.Fp32, 2) { PeakMemoryMB = 12 };
        // Two streams of 3 tokens; the second begins 100 ms later. From 200 ms to 400 ms both decode.
        cell.Add([new([1, 2, 3], [100, 200, 400]), new([1, 2, 3], [200, 300, 500])], 3);

        ServingRow row = cell.Row(ModelShape.Large, 10, bandwidth: 20);

        Assert.Equal(12, row.TokensPerSecond);
        Assert.Equal(10, row.DecodeTokensPerSecond);
        Assert.Equal((150.0, 200.0), (row.TtftP50Ms, row.TtftP95Ms));
        Assert.Equal((150.0, 200.0), (row.ItlP50Ms, row.ItlP99Ms));
        // 1.75 GB of weights at 20 GB/s are 11.4 steps a second of 2 tokens each, less the cache's part.
        Assert.Equal(10 / 22.78, row.ShareOfBound, 0.002);
    }

    [Fact]
    public void An_answer_that_is_too_short_is_not_measured() =>
        Assert.Throws<InvalidDataException>(() => new Cell("genai", Precisions.Int4, 1).Add([new([1, 2], [1, 2])], 3));

    [Fact]
    public void A_bound_counts_the_bytes_that_the_engine_reads()
    {
        Assert.Equal(438.7e6 * 5 / 8, Roofline.WeightBytes(ModelShape.Large, "genai", Precisions.Int4), 1e6);
        Assert.Equal(438.7e6 * 4.5 / 8, Roofline.WeightBytes(ModelShape.Large, "ours", Precisions.Int4), 1e6);
        Assert.Equal(438.7e6 * 4.5 / 8, Roofline.WeightBytes(ModelShape.Large, "llamacpp", Precisions.Int4), 1e6);
        Assert.Equal(73_728, ModelShape.Large.CacheBytesPerToken(4));
    }

    [Fact]
    public void Results_have_the_names_that_their_readers_know()
    {
        using JsonDocument json = JsonDocument.Parse(JsonSerializer.Serialize(Report(), Wire.Indented));
        JsonElement root = json.RootElement;

        Assert.Equal(20, root.GetProperty("bandwidthGBps").GetDouble());
        Assert.Equal("random", root.GetProperty("model").GetString());
        Assert.Empty(RowNames.Except(root.GetProperty("rows")[0].EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public void The_plot_is_xml_with_a_curve_for_each_engine_and_for_the_bound() =>
        Assert.Equal(3, XDocument.Parse(ServingPlot.Of(Report(), ModelShape.Large)).Descendants().Count(one => one.Name.LocalName == "polyline"));

    private static ServingReport Report() => new(20, "random", [Row("ours", 1, 40), Row("ours", 8, 90), Row("genai", 1, 39), Row("genai", 8, 70)])
    {
        Parameters = 1, Threads = 2, Rounds = 1, Tokens = 128, BandwidthsGBps = [20], SameTokens = [],
        Engines = new Dictionary<string, string>(), Missing = new Dictionary<string, string>(),
    };

    private static ServingRow Row(string engine, int streams, double rate) => new(engine, Precisions.Int4, streams, rate, 1, 2, 3, 4, 5, 0.6, rate);
}
