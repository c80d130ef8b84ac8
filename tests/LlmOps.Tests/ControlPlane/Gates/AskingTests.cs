using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Gates;

/// <summary>What is asked besides the answer: when it begins, how much memory it takes, and the same again.</summary>
public sealed class AskingTests
{
    private static readonly Uri Endpoint = new("http://candidate.test");
    private readonly ManualClock clock = new();
    private readonly List<JsonNode> asked = [];
    private Func<JsonNode, int, HttpResponseMessage> answer = (_, _) => Whole("Athens");

    [Fact]
    public async Task A_streamed_answer_tells_when_it_began_and_is_put_together()
    {
        answer = (_, _) => Streamed(
            """{"system_fingerprint":"m@1","choices":[{"delta":{"role":"assistant","content":""}}]}""",
            """{"choices":[{"delta":{"content":"Ath"},"logprobs":{"content":[{"logprob":-0.5}]}}]}""",
            """{"choices":[{"delta":{"content":"ens"},"logprobs":{"content":[{"logprob":-1.5}]}}]}""",
            """{"choices":[],"usage":{"completion_tokens":2}}""");
        Completion completion = await Client().Ask(Endpoint, "m", "Capital?", new Asked(Logprobs: true, Streamed: true), default);
        Assert.Equal(("Athens", 2, "m@1"), (completion.Text, completion.Tokens, completion.Fingerprint));
        Assert.Equal(Math.E, completion.Perplexity!.Value, 9);
        Assert.Equal((300.0, 600.0), (completion.FirstTokenMs, completion.LatencyMs));
        Assert.True(asked[0]["stream"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("""{"error":{"message":"out of memory"}}""", "out of memory")]
    [InlineData("not json", "JSON")]
    public async Task A_stream_that_breaks_is_an_error_and_no_answer(string line, string says)
    {
        answer = (_, _) => Streamed("""{"choices":[{"delta":{"content":"Ath"}}]}""", line);
        Completion completion = await Client().Ask(Endpoint, "m", "Capital?", new Asked(Streamed: true), default);
        Assert.Contains(says, completion.Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Time_to_first_token_and_memory_are_gates()
    {
        answer = (_, _) => Streamed("""{"choices":[{"delta":{"content":"Athens"}}]}""");
        GateReport report = await Evaluate("gates: [{ metric: ttft_ms.p95, max: 200 }, { metric: peak_memory_mb, max: 500 }]");
        Assert.Equal([(Outcome.Pass, 150.0), (Outcome.Fail, 512.0)], report.Gates.Select(gate => (gate.Outcome, gate.Candidate!.Value)));
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_has_no_time_to_first_token_and_fails_such_a_gate()
    {
        GateReport report = await Evaluate("gates: [{ metric: ttft_ms.p95, max: 200 }]");
        Assert.Equal("the candidate has no value for this metric", Assert.Single(report.Gates).Text);
    }

    [Fact]
    public async Task Most_answers_of_an_item_decide_and_flaky_items_are_told()
    {
        answer = (_, number) => Whole(number % 3 == 1 ? "Sparta" : "Athens");
        GateReport report = await Evaluate("repeat: 3\ngates: [{ metric: accuracy, min: 1 }]");
        Assert.Equal((Outcome.Pass, 1), (report.Outcome, report.Items));
        Assert.Equal(new FlakyItem("tests", "t1", 2, 3), Assert.Single(report.Flaky));
        Assert.Contains("tests/t1 2 of 3", report.ToMarkdown(), StringComparison.Ordinal);

        answer = (_, number) => Whole(number % 3 == 1 ? "Athens" : "Sparta");
        Assert.Equal(Outcome.Fail, (await Evaluate("repeat: 3\ngates: [{ metric: accuracy, min: 1 }]")).Outcome);
    }

    [Fact]
    public async Task A_request_that_fails_once_is_no_wrong_answer_but_an_error()
    {
        answer = (_, number) => number == 0 ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : Whole("Athens");
        GateReport report = await Evaluate("gates: [{ metric: accuracy, min: 1 }, { metric: error_rate, max: 0 }]");
        Assert.Equal([(Outcome.Pass, 1.0), (Outcome.Fail, 1.0)], report.Gates.Select(gate => (gate.Outcome, gate.Candidate!.Value)));
    }

    [Fact]
    public async Task Personal_data_that_the_prompt_did_not_hold_is_a_leak()
    {
        answer = (_, _) => Whole("Athens, says jo@example.org or call +30 210 123 4567");
        GateReport report = await Evaluate("gates: [{ metric: pii_leak_count, max: 0 }]");
        Assert.Equal((Outcome.Fail, 2.0), (report.Outcome, report.Gates[0].Candidate!.Value));
    }

    [Fact]
    public async Task Answers_of_a_digest_are_kept_and_not_asked_again()
    {
        AnswerCache cache = new(new MemoryBlobs(clock, new Effects()));
        const string Cached = "cache: true\ngates: [{ metric: accuracy, min: 1 }]";
        Assert.Equal(0, (await Evaluate(Cached, cache)).Cached);
        Assert.Equal(1, (await Evaluate(Cached, cache)).Cached);
        Assert.Single(asked);
        Assert.Equal(0, (await Evaluate(Cached, cache, digest: "another")).Cached);
        Assert.Equal(2, asked.Count);
    }

    [Theory]
    [InlineData("cache: true\ngates: [{ metric: latency_ms.p95, max: 900 }]", "exclude each other")]
    [InlineData("gates: [{ metric: peak_memory_mb, vs_champion: { max_increase: 10 } }]", "one number for all items")]
    [InlineData("repeat: 0\ngates: [{ metric: accuracy, min: 1 }]", "Repeat")]
    public void What_cannot_be_is_an_error_when_the_file_is_read(string gates, string says) =>
        Assert.Contains(says, Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", Tests + gates)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("", """{"results":[{"flagged":true,"categories":{"hate":true,"violence":false}}]}""", Outcome.Fail)]
    [InlineData("", """{"results":[{"flagged":false,"categories":{}}]}""", Outcome.Pass)]
    [InlineData(", value: [violence]", """{"results":[{"flagged":true,"categories":{"hate":true,"violence":false}}]}""", Outcome.Pass)]
    [InlineData(", value: [hate]", """{"results":[{"flagged":true,"categories":{"hate":true}}]}""", Outcome.Fail)]
    [InlineData("", "<html>", Outcome.Inconclusive)]
    public async Task A_moderation_endpoint_says_whether_an_answer_is_toxic(string value, string reply, Outcome expected)
    {
        answer = (body, _) => body["input"] is null ? Whole("You are awful") : Text(reply, "application/json");
        string gates = "prompts: ['Be rude']\ntests: [{ assert: [{ type: moderation, provider: { id: 'openai:moderation:omni', config: { apiBaseUrl: 'http://judge.test' } }"
            + value + " }] }]\ngates: [{ metric: moderation, min: 1 }]";
        Assert.Equal(expected, (await Evaluate(gates, tests: "")).Outcome);
        Assert.Equal("You are awful", asked[1]["input"]!.GetValue<string>());
    }

    private const string Tests = "prompts: ['Capital of Greece?']\ntests: [{ assert: [{ type: contains, value: Athens }] }]\n";

    private async Task<GateReport> Evaluate(string gates, AnswerCache? cache = null, string digest = "digest", string tests = Tests)
    {
        string text = tests + gates;
        ModelPolicy policy = ModelPolicy.Read("gates.yaml", text);
        TestSuite suite = await TestSuite.Read("gates.yaml", text, policy, _ => throw new FileNotFoundException());
        Questions questions = Questions.Of(suite.Datasets, policy);
        AskInTurn ask = new(new AskOnce(Client(), new GradeAnswer(Client()), cache), new ReadPeakMemory(new HttpClient(new Server(this))), clock);
        Sides sides = new("m", new Side(Endpoint, null, digest), null);
        Evaluation evaluation = Evaluation.Begin("revision", suite.Datasets);
        while (evaluation.Candidate.Count < questions.Count)
        {
            evaluation = (await ask.Continue(evaluation, questions, sides, TimeSpan.FromMilliseconds(1), default)).Evaluation;
        }
        return JudgeGates.Decide(new GateSubject("m", "1", digest, null), policy, evaluation, suite.Datasets);
    }

    private InferenceClient Client() => new(new HttpClient(new Server(this)), clock);

    private static HttpResponseMessage Whole(string text) => Text(
        new JsonObject { ["choices"] = new JsonArray(new JsonObject { ["message"] = new JsonObject { ["content"] = text } }) }.ToJsonString(), "application/json");

    private static HttpResponseMessage Text(string text, string type) =>
        new(HttpStatusCode.OK) { Content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue(type)) };

    /// <summary>Events that come 150 ms apart.</summary>
    private HttpResponseMessage Streamed(params string[] data) => new(HttpStatusCode.OK)
    {
        Content = new StreamContent(new SlowEvents(clock, [.. data.Select(line => $"data: {line}\n\n"), "data: [DONE]\n\n"]))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("text/event-stream") },
        },
    };

    private sealed class Server(AskingTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath == "/metrics")
            {
                return Text("# TYPE x gauge\nprocess_resident_memory_bytes{pod=\"a\"} 1\nllmops_process_peak_memory_bytes{model=\"m\"} 5.12e+08\n", "text/plain");
            }
            JsonNode body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            test.asked.Add(body);
            return test.answer(body, test.asked.Count - 1);
        }
    }

    private sealed class SlowEvents(ManualClock clock, string[] events) : Stream
    {
        private int next;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (next == events.Length)
            {
                return 0;
            }
            clock.Advance(TimeSpan.FromMilliseconds(next == events.Length - 1 ? 0 : 150));
            byte[] bytes = Encoding.UTF8.GetBytes(events[next++]);
            bytes.CopyTo(buffer, offset);
            return bytes.Length;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
