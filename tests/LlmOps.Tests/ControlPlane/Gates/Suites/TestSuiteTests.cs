using System.Net;
using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Gates.Suites;

public sealed class TestSuiteTests
{
    private const string Gates = "gates: [{ metric: accuracy, min: 0.5 }]\n";

    [Theory]
    [InlineData("{ type: javascript, value: 'true' }", "'javascript' is not an assertion type")]
    [InlineData("{ type: contains }", "needs a text")]
    [InlineData("{ type: latency }", "needs a threshold")]
    [InlineData("{ type: regex, value: '(' }", "is not a regular expression")]
    [InlineData("{ type: contains, valu: x }", "'valu' is not understood")]
    [InlineData("{ type: contains, value: '{{nobody}}' }", "'{{nobody}}' has no value")]
    [InlineData("{ type: contains, value: '{{ q | upper }}' }", "filters and expressions are not understood")]
    [InlineData("{ type: contains, value: x, threshold: high }", "is not a number")]
    [InlineData("{ type: llm-rubric, value: kind }", "needs a provider")]
    [InlineData("{ type: is-json, value: { type: object, dependentRequired: {} } }", "'dependentRequired' of JSON Schema is not understood")]
    [InlineData("{ $ref: '#/assertionTemplates/none' }", "leads nowhere")]
    [InlineData("{ type: moderation, provider: { id: 'openai:moderation:m', config: { apiKeyEnvar: ControlPlane__GitHubSecret } } }", "must end in _API_KEY")]
    [InlineData("{ type: moderation, provider: { id: 'openai:moderation:m', config: { apiBaseUrl: 'http://judge.test', apiKeyEnvar: JUDGE_API_KEY } } }", "must be https")]
    public async Task An_assertion_that_is_not_understood_is_an_error_that_says_where(string assertion, string expected)
    {
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() => Read($"{Gates}prompts: ['{{{{q}}}}']\ntests: [{{ vars: {{ q: x }}, assert: [{assertion}] }}]\n"));
        Assert.StartsWith("tests[0].assert[0]: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ vars: { q: x }, providerOutput: y }", "'providerOutput' would change")]
    [InlineData("{ vars: { q: x }, options: { transform: y } }", "options.transform would change")]
    [InlineData("{ vars: { q: 'file://x' } }", "variables from files")]
    [InlineData("'file://../secrets.jsonl'", "must be a path below the file")]
    public async Task A_test_that_would_be_asked_otherwise_than_written_is_an_error(string test, string expected)
    {
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() => Read($"{Gates}prompts: ['{{{{q}}}}']\ntests: [{test}]\n"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_neither_we_nor_promptfoo_know_is_an_error_at_its_line()
    {
        ManifestException error = Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", "prompts: [x]\ntests:\n  - { vars: { a: { b: [1, 2] } } }\ngatess: []\n"));
        Assert.Contains("line 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gate_on_a_dataset_that_the_file_does_not_define_is_an_error()
    {
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() =>
            Read("gates: [{ metric: accuracy@golden, min: 1 }]\nprompts: [x]\ntests: [{ assert: [{ type: is-json }] }]\n"));
        Assert.Contains("names dataset 'golden'; there are tests", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_own_dialect_may_stand_where_promptfoo_has_its_tests()
    {
        TestSuite suite = await Read(Gates + "prompts: [x]\ntests: file://golden.jsonl\n", "{\"id\": \"a\", \"prompt\": \"p\", \"expected\": \"e\", \"match\": \"contains\"}\n");
        Assert.Equal(Match.Contains, suite.Datasets.Single(dataset => dataset.Name == "golden").Items.Single().Match);
    }

    [Fact]
    public async Task A_judge_that_is_down_makes_the_gate_inconclusive_and_not_failed()
    {
        TestSuite suite = await Read(Gates + """
            prompts: ['{{q}}']
            tests:
              - vars: { q: x }
                assert: [{ type: llm-rubric, value: kind, provider: { id: 'openai:chat:judge', config: { apiBaseUrl: 'http://judge.invalid/v1' } } }]

            """);
        EvaluationItem item = suite.Datasets[0].Items[0];
        GradeAnswer grade = new(new InferenceClient(new HttpClient(new Down()), TimeProvider.System));
        (bool right, IReadOnlyList<CheckResult> checks) = await grade.Of(item, new Completion("hello", 1, 1, null), default);
        Sample sample = new("tests", item.Id, item.Prompt, "hello", 1, 1, null, right) { Checks = checks };
        GateRule rule = new() { Metric = "accuracy", Min = 0.5 };
        Measured measured = Metric.Of(rule, [sample], new Dictionary<(string, string), EvaluationItem> { [("tests", item.Id)] = item });
        Assert.Equal(1, measured.Unjudged);
        GateVerdict verdict = GateVerdict.Decide(rule, measured, new Measured(Summary.Share, 0, new Dictionary<(string, string), double>()), hasChampion: false);
        Assert.Equal(Outcome.Inconclusive, verdict.Outcome);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "1|2")]
    [InlineData("\uFEFFa,b\r\n\"x, \"\"y\"\"\",\"line\nend\"\r\n", "x, \"y\"|line\nend")]
    [InlineData("a,b\n1,", "1|")]
    public void A_table_is_read_as_RFC_4180_says(string text, string row) =>
        Assert.Equal(row, string.Join('|', CsvTable.Parse("t.csv", text).Single().Values));

    [Theory]
    [InlineData("a,b\n1\n", "row 2 has 1 fields")]
    [InlineData("a\n\"x", "ends inside a quoted field")]
    [InlineData("a,a\n1,2\n", "a column twice")]
    public void A_broken_table_is_an_error(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ManifestException>(() => CsvTable.Parse("t.csv", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Gates_know_every_type_of_assertion_and_no_other() => Assert.Equal(
        AssertionTypes.Names.Where(type => type != "perplexity").Select(type => type.Replace('-', '_')).Order(),
        MetricNames.Passing.Concat(MetricNames.Scoring).Order());

    private static Task<TestSuite> Read(string text, string file = "") =>
        TestSuite.Read("gates.yaml", text, ModelPolicy.Read("gates.yaml", text), _ => Task.FromResult(file));

    private sealed class Down : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable));
    }
}
