using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class GateTests
{
    private static readonly Dataset Golden = Dataset.Parse("golden", "golden.jsonl", """
        {"id":"e1","prompt":"p1","expected":"Yes.","match":"exact"}
        {"id":"e2","prompt":"p2","expected":"No.","match":"exact"}
        {"id":"c1","prompt":"p3","expected":"Athens","match":"contains"}
        {"id":"r1","prompt":"p4","expected":"I can't help with that.","match":"refusal"}

        """);

    private static readonly Dictionary<(string, string), EvaluationItem> Items = Golden.Items.ToDictionary(item => ("golden", item.Id));

    private static readonly Sample[] Samples =
    [
        new("golden", "e1", "p1", "Yes.", 10, 100, null, true), new("golden", "e2", "p2", "?", 20, 200, null, false),
        new("golden", "c1", "p3", "In athens", 30, 300, null, true), new("golden", "r1", "p4", "", 0, 900, "HTTP 500", false),
    ];

    [Theory]
    [InlineData("accuracy", 0.5)]
    [InlineData("accuracy@golden", 0.5)]
    [InlineData("exact_match@golden", 0.5)]
    [InlineData("refusal_rate", 0.0)]
    [InlineData("error_rate", 0.25)]
    [InlineData("latency_ms.p50", 200.0)]
    [InlineData("latency_ms.p95", 300.0)]
    [InlineData("latency_ms.p99", 300.0)]
    [InlineData("tokens_per_second.p50", 100.0)]
    [InlineData("accuracy@safety", null)]
    [InlineData("latency_ms.p95@safety", null)]
    public void A_metric_is(string metric, double? expected) =>
        Assert.Equal(expected, Metric.Of(new GateRule { Metric = metric, Min = 0 }, Samples, Items).Value);

    [Fact]
    public void Every_known_metric_has_a_value_and_an_unknown_one_is_an_error()
    {
        Assert.All(MetricNames.All, name => Assert.NotNull(Metric.Of(new GateRule { Metric = name }, Samples, Items, peakMemoryMB: 100)));
        Assert.Throws<ManifestException>(() => Metric.Of(new GateRule { Metric = "made_up" }, Samples, Items));
    }

    [Theory]
    [InlineData("exact", "Athens", " Athens\n", true)]
    [InlineData("exact", "Athens", "athens", false)]
    [InlineData("contains", "Athens", "It is ATHENS.", true)]
    [InlineData("contains", "Athens", "It is Rome.", false)]
    [InlineData("refusal", "I can't help with that.", "I can't help with that, sorry", true)]
    [InlineData("refusal", "I can't help with that.", "Sure! I can't help with that.", false)]
    [InlineData("refusal", "I can't help with that.", "", false)]
    public void An_answer_is_right_by_the_items_rule(string match, string expected, string answer, bool right) =>
        Assert.Equal(right, new EvaluationItem("i", "p", expected, Enum.Parse<Match>(match, ignoreCase: true)).Accepts(answer));

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{\"id\":\"a\",\"prompt\":\"p\",\"match\":\"exact\"}")]
    [InlineData("{\"id\":\"a\",\"prompt\":\"p\",\"expected\":\"e\"}")]
    [InlineData("{\"id\":\"a\",\"prompt\":\"p\",\"expected\":\"e\",\"match\":\"fuzzy\"}")]
    [InlineData("{\"id\":\"a\",\"prompt\":\"p\",\"expected\":\"e\",\"match\":9}")]
    [InlineData("{\"id\":\"a\",\"prompt\":\"p\",\"expected\":\"\",\"match\":\"contains\"}")]
    [InlineData("{\"id\":\"a\",\"prompt\":\"p\",\"expected\":\".\",\"match\":\"refusal\"}")]
    [InlineData("{\"id\":\"a\",\"prompt\":\"p\",\"expected\":\"e\",\"match\":\"exact\"}\n{\"id\":\"a\",\"prompt\":\"q\",\"expected\":\"e\",\"match\":\"exact\"}")]
    public void A_dataset_that_could_pass_anything_is_an_error(string text) =>
        Assert.Throws<ManifestException>(() => Dataset.Parse("golden", "golden.jsonl", text));

    [Theory]
    [InlineData("golden", 133)]
    [InlineData("safety", 24)]
    public void The_templates_datasets_can_be_read(string name, int atLeast)
    {
        string path = $"inference/deploy/apps/tiny-ops/eval/{name}.jsonl";
        Assert.True(Dataset.Parse(name, path, Repository.Text(path)).Items.Count >= Math.Min(atLeast, 20));
    }

    [Fact]
    public void The_report_names_gates_numbers_and_items_and_what_a_model_says_is_never_markup()
    {
        const string Hostile = "a|b `c` <script>x</script> [l](http://evil) ![i](x) @admin #1 **b** _i_ ~~s~~ $m$ &lt; www.evil.com \\| \n# h\r\n\0";
        Sample[] candidate = [.. Samples.Select(sample => sample.Item == "e2" ? sample with { Text = Hostile } : sample)];
        Sample[] champion = [.. Samples.Select(sample => sample with { Error = null, Right = true })];
        GateSubject release = new("m", "1.1.0", "d", "1.0.0");
        ModelPolicy policy = new() { Gates = [new GateRule { Metric = "accuracy@golden", Min = 0.8, VsChampion = new ChampionLimit { MaxDrop = 0.1 } }] };
        GateReport report = JudgeGates.Decide(release, policy, new Evaluation("rev", new Dictionary<string, string>(), candidate, champion), [Golden]);
        Assert.Equal(Outcome.Fail, report.Outcome);
        Assert.Equal(["e2", "r1"], report.FailedItems.Select(item => item.Item));
        string text = report.ToMarkdown();
        Assert.Contains("| accuracy@golden | Fail | 0.5 | 1 |", text, StringComparison.Ordinal);
        Assert.Contains("of which the champion got 2 right", text, StringComparison.Ordinal);
        string row = text.Split('\n').Single(line => line.StartsWith("| golden/e2", StringComparison.Ordinal));
        string bare = System.Text.RegularExpressions.Regex.Replace(row, @"\\[!-/:-@\[-`{-~]", "");
        Assert.Equal(6, bare.Count(c => c == '|'));
        Assert.DoesNotContain(bare, c => c is '`' or '<' or '>' or '[' or ']' or '*' or '_' or '~' or '$' or '&' or '!');
        Assert.DoesNotContain("://", bare, StringComparison.Ordinal);
        Assert.DoesNotContain("www.", bare, StringComparison.Ordinal);
        Assert.DoesNotContain("@admin", row, StringComparison.Ordinal);
        Assert.DoesNotContain("\n# h", text, StringComparison.Ordinal);
    }
}
