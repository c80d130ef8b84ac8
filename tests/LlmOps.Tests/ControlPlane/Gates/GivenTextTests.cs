using System.Net;
using System.Text.Json.Nodes;
using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Inference;

namespace LlmOps.Tests.ControlPlane.Gates;

/// <summary>How likely a model holds texts that it is given, by a completion that echoes them.</summary>
public sealed class GivenTextTests
{
    private const string Echoed = """
        {"system_fingerprint":"m@1","choices":[{"text":"a b c","logprobs":{"token_logprobs":[null,-1.0,-3.0]}}],"usage":{"prompt_tokens":3,"completion_tokens":0}}
        """;

    private readonly List<(string Path, JsonNode Body)> asked = [];
    private Func<JsonNode, HttpResponseMessage> answer = _ => Said(Echoed);

    [Fact]
    public async Task Nothing_is_generated_and_the_first_token_does_not_count()
    {
        Completion scored = await Score();
        Assert.Equal((null, 3, "m@1"), (scored.Error, scored.Tokens, scored.Fingerprint));
        Assert.Equal(Math.Exp(2), scored.Perplexity!.Value, 9);
        (string path, JsonNode body) = Assert.Single(asked);
        Assert.Equal("/v1/completions", path);
        Assert.Equal("""{"model":"m","temperature":0,"prompt":"a b c","echo":true,"logprobs":0,"max_tokens":0}""", body.ToJsonString());
    }

    [Theory]
    [InlineData(""","usage":{"prompt_tokens":3,"completion_tokens":1}""")]
    [InlineData("")]
    public async Task A_server_that_must_generate_is_asked_for_one_token_which_does_not_count(string usage)
    {
        answer = body => body["max_tokens"]!.GetValue<int>() == 0
            ? new HttpResponseMessage(HttpStatusCode.BadRequest)
            : Said("""{"choices":[{"text":"a b c d","logprobs":{"token_logprobs":[null,-1.0,-3.0,-9.0]}}]USAGE}""".Replace("USAGE", usage, StringComparison.Ordinal));
        Assert.Equal(Math.Exp(2), (await Score()).Perplexity!.Value, 9);
        Assert.Equal([(0, 0), (1, 1)], asked.Select(one => (one.Body["max_tokens"]!.GetValue<int>(), one.Body["logprobs"]!.GetValue<int>())));
    }

    [Theory]
    [InlineData("""{"choices":[{"text":" d","logprobs":null}]}""", "the endpoint tells no log-probabilities of a given text")]
    [InlineData("""{"choices":[{"text":" d","logprobs":{"content":[]}}]}""", "the endpoint tells no log-probabilities of a given text")]
    [InlineData("""{"choices":[{"text":" d","logprobs":{"token_logprobs":[-0.1]}}]}""", "the endpoint does not echo a given text")]
    [InlineData("""{"choices":[{"text":"","logprobs":{"token_logprobs":[]}}]}""", "the endpoint does not echo a given text")]
    [InlineData("""{"choices":[{"text":"a","logprobs":{"token_logprobs":[null]}}]}""", "a text of one token has no perplexity: nothing predicts it")]
    [InlineData("""{"choices":[{"text":"a b","logprobs":{"token_logprobs":[null,null]}}]}""", "the endpoint does not score each token of a given text")]
    [InlineData("""{"choices":[{"text":"a b","logprobs":{"token_logprobs":[null,-1]}}],"usage":{"prompt_tokens":3}}""", "the endpoint does not score each token of a given text")]
    [InlineData("""{"choices":[{"text":"a b","logprobs":{"token_logprobs":[null,-1e9]}}]}""", "the endpoint's log-probabilities of a given text are beyond numbers")]
    public async Task What_does_not_tell_it_is_an_error_and_no_number(string reply, string why)
    {
        answer = _ => Said(reply);
        Completion scored = await Score();
        Assert.Equal((why, null), (scored.Error, scored.Perplexity));
    }

    [Fact]
    public async Task Given_texts_have_a_perplexity_and_are_no_answers()
    {
        GateReport report = await Evaluate("perplexity", "perplexity@golden", "accuracy", "error_rate");
        Assert.Equal(
            [Math.Exp(2), Math.Exp(7), 1, 0], report.Gates.Select(gate => gate.Candidate!.Value), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Empty(report.FailedItems);
        Assert.Equal(2, asked.Count(one => one.Path == "/v1/completions"));
    }

    [Fact]
    public async Task A_text_that_was_not_scored_keeps_the_gate_from_telling_and_is_named()
    {
        int texts = 0;
        answer = body => body["echo"] is null ? Answer() : ++texts == 1 ? Said(Echoed) : Said("""{"choices":[{"text":"","logprobs":null}]}""");
        GateReport report = await Evaluate("perplexity@texts", "accuracy");
        Assert.Equal([Outcome.Inconclusive, Outcome.Pass], report.Gates.Select(gate => gate.Outcome));
        Assert.Equal(("t2", "the endpoint tells no log-probabilities of a given text"), (report.FailedItems[0].Item, report.FailedItems[0].Candidate));
    }

    [Fact]
    public async Task The_inference_server_scores_given_texts()
    {
        TinyOpsServer server = new();
        await server.InitializeAsync();
        try
        {
            InferenceClient client = new(server.Client, TimeProvider.System);
            JsonNode raw = await server.Ask("/v1/completions", new { model = "tiny-ops", prompt = "the node is ready", echo = true, logprobs = 1, max_tokens = 1, temperature = 0 });
            double[] scores = [.. raw["choices"]![0]!["logprobs"]!["token_logprobs"]!.AsArray().Where(score => score is not null).Select(score => score!.GetValue<double>())];
            Completion scored = await client.Ask(new Uri(server.Url), "tiny-ops", "the node is ready", new Asked(Echo: true), default);
            Assert.Null(scored.Error);
            Assert.Equal(Math.Exp(-scores[..^1].Average()), scored.Perplexity!.Value, 4);
            Assert.Equal("tiny-ops@1.1.0", scored.Fingerprint);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("""{"id":"t","prompt":"","expected":"","match":"text"}""")]
    [InlineData("""{"id":"t","prompt":"a text","expected":"more","match":"text"}""")]
    public void A_given_text_is_not_empty_and_expects_nothing(string line) =>
        Assert.Throws<ManifestException>(() => Dataset.Parse("texts", "texts.jsonl", line));

    private async Task<GateReport> Evaluate(params string[] metrics)
    {
        string text = $"""
            version: 1
            datasets: {"{"} texts: texts.jsonl, golden: golden.jsonl {"}"}
            gates: [{string.Join(", ", metrics.Select(metric => $"{{ metric: {metric}, max: 10000 }}"))}]
            """;
        ModelPolicy policy = ModelPolicy.Read("gates.yaml", text);
        TestSuite suite = await TestSuite.Read("gates.yaml", text, policy, path => Task.FromResult(path == "texts.jsonl"
            ? """{"id":"t1","prompt":"a b c","expected":"","match":"text"}""" + "\n" + """{"id":"t2","prompt":"a b d","expected":"","match":"text"}"""
            : """{"id":"g1","prompt":"is it?","expected":"yes","match":"exact"}"""));
        Func<JsonNode, HttpResponseMessage> scored = answer;
        answer = body => body["echo"] is null ? Answer() : scored(body);
        AskInTurn ask = new(new AskOnce(Client(), new GradeAnswer(Client())), new ReadPeakMemory(new HttpClient()), new ManualClock());
        Evaluation evaluation = (await ask.Continue(
            Evaluation.Begin("revision", suite.Datasets), Questions.Of(suite.Datasets, policy), new Sides("m", new Side(new Uri("http://candidate.test")), null),
            TimeSpan.MaxValue, default)).Evaluation;
        return JudgeGates.Decide(new GateSubject("m", "1", "digest", null), policy, evaluation, suite.Datasets);
    }

    private static HttpResponseMessage Said(string json) => new(HttpStatusCode.OK) { Content = new StringContent(json) };

    private static HttpResponseMessage Answer() => Said("""{"choices":[{"message":{"content":"yes"},"logprobs":{"content":[{"logprob":-7}]}}]}""");

    private Task<Completion> Score() => Client().Ask(new Uri("http://candidate.test"), "m", "a b c", new Asked(Echo: true), default);

    private InferenceClient Client() => new(new HttpClient(new Server(this)), new ManualClock());

    private sealed class Server(GivenTextTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            JsonNode body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            test.asked.Add((request.RequestUri!.AbsolutePath, body));
            return test.answer(body);
        }
    }
}
