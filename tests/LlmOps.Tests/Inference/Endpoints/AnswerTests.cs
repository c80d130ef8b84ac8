using System.Text.Json.Nodes;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class AnswerTests(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    private const string Prompt = "<|bos|><|user|>What is the capital of Greece?<|eos|><|assistant|>";
    private const string Answer = "The capital of Greece is Athens.";
    private static readonly object[] Question = [new { role = "user", content = "What is the capital of Greece?" }];

    [Fact]
    public async Task Chat_and_completion_agree()
    {
        JsonNode chat = await server.Ask("/v1/chat/completions", new { model = "tiny-ops@1.1.0", messages = Question });
        JsonNode completion = await server.Ask("/v1/completions", new { model = "tiny-ops", prompt = Prompt, max_tokens = 50 });
        Assert.Equal(Answer, (string?)chat["choices"]![0]!["message"]!["content"]);
        Assert.Equal(Answer, (string?)completion["choices"]![0]!["text"]);
        Assert.Equal("tiny-ops", (string?)chat["model"]);
        Assert.Equal("tiny-ops@1.1.0", (string?)chat["system_fingerprint"]);
        Assert.True(JsonNode.DeepEquals(chat["usage"], completion["usage"]));
    }

    [Fact]
    public async Task A_system_prompt_begins_each_chat_that_has_none()
    {
        TinyOpsServer prompted = new("1.1.0", systemPrompt: "Be brief.");
        await prompted.InitializeAsync();
        object System(string content) => new { model = "tiny-ops", messages = new[] { new { role = "system", content }, Question[0] } };
        async Task<string> Asked(TinyOpsServer of, object body) => (await of.Ask("/v1/chat/completions", body)) is var answer
            ? $"{answer["usage"]!["prompt_tokens"]} {answer["choices"]![0]!["message"]!["content"]}" : "";
        string plain = await Asked(server, new { model = "tiny-ops", messages = Question });
        string brief = await Asked(server, System("Be brief."));
        Assert.NotEqual(plain, brief);
        Assert.Equal(brief, await Asked(prompted, new { model = "tiny-ops", messages = Question }));
        Assert.Equal(await Asked(server, System("Rhyme, please.")), await Asked(prompted, System("Rhyme, please.")));
        await prompted.DisposeAsync();
    }

    [Fact]
    public async Task Prompt_may_be_token_ids()
    {
        JsonNode completion = await server.Ask("/v1/completions", new { model = "tiny-ops", prompt = Samples.Tokenizer().Encode(Prompt), max_tokens = 50 });
        Assert.Equal(Answer, (string?)completion["choices"]![0]!["text"]);
    }

    [Fact]
    public async Task Same_seed_gives_the_same_text()
    {
        object Request(int seed) => new { model = "tiny-ops", prompt = "Hello", max_tokens = 40, temperature = 2, top_k = 200, seed };
        async Task<string> Text(int seed) => (string)(await server.Ask("/v1/completions", Request(seed)))["choices"]![0]!["text"]!;
        Assert.Equal(await Text(1), await Text(1));
        Assert.NotEqual(await Text(1), await Text(2));
    }

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(1.5, null)]
    [InlineData(0.0, "Greece is")]
    public async Task Streamed_text_equals_the_whole(double temperature, string? stop)
    {
        JsonNode whole = await server.Ask("/v1/chat/completions", new { model = "tiny-ops", messages = Question, temperature, stop, seed = 3 });
        IReadOnlyList<string> events = await server.Stream(
            "/v1/chat/completions", new { model = "tiny-ops", messages = Question, temperature, stop, seed = 3, stream = true, stream_options = new { include_usage = true } });
        JsonNode[] chunks = [.. events.SkipLast(1).Select(e => JsonNode.Parse(e)!)];

        Assert.Equal("[DONE]", events[^1]);
        Assert.Equal(
            (string?)whole["choices"]![0]!["message"]!["content"],
            string.Concat(chunks.SkipLast(1).Select(c => (string?)c["choices"]![0]!["delta"]!["content"])));
        Assert.Equal((string?)whole["choices"]![0]!["finish_reason"], (string?)chunks[^2]["choices"]![0]!["finish_reason"]);
        foreach (string count in new[] { "prompt_tokens", "completion_tokens", "total_tokens" })
        {
            Assert.Equal((int)whole["usage"]![count]!, (int)chunks[^1]["usage"]![count]!);
        }
    }

    [Fact]
    public async Task Stop_string_ends_the_answer_before_it()
    {
        JsonNode chat = await server.Ask("/v1/chat/completions", new { model = "tiny-ops", messages = Question, stop = new[] { "zzz", "eece is" } });
        Assert.Equal("The capital of Gr", (string?)chat["choices"]![0]!["message"]!["content"]);
        Assert.Equal("stop", (string?)chat["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Token_limit_ends_the_answer()
    {
        JsonNode chat = await server.Ask("/v1/chat/completions", new { model = "tiny-ops", messages = Question, max_completion_tokens = 2 });
        Assert.Equal("The capital", (string?)chat["choices"]![0]!["message"]!["content"]);
        Assert.Equal("length", (string?)chat["choices"]![0]!["finish_reason"]);
        Assert.Equal(2, (int?)chat["usage"]!["completion_tokens"]);
    }

    [Fact]
    public async Task Echoed_scores_equal_those_of_generating()
    {
        JsonNode generated = (await server.Ask("/v1/completions", new { model = "tiny-ops", prompt = Prompt, max_tokens = 50, logprobs = 2 }))["choices"]![0]!["logprobs"]!;
        JsonNode choice = (await server.Ask("/v1/completions", new { model = "tiny-ops", prompt = Prompt + Answer, max_tokens = 0, echo = true, logprobs = 2 }))["choices"]![0]!;
        JsonNode echoed = choice["logprobs"]!;

        Assert.Equal(Prompt + Answer, (string?)choice["text"]);
        Assert.Null(echoed["token_logprobs"]![0]);
        double[] tail = [.. echoed["token_logprobs"]!.AsArray().TakeLast(10).Select(p => (double)p!)];
        double[] seen = [.. generated["token_logprobs"]!.AsArray().Select(p => (double)p!)];
        Assert.Equal(10, seen.Length);
        Assert.All(tail.Zip(seen), pair => Assert.Equal(pair.First, pair.Second, 0.001));

        string[] tokens = [.. echoed["tokens"]!.AsArray().Select(t => (string)t!)];
        int[] offsets = [.. echoed["text_offset"]!.AsArray().Select(o => (int)o!)];
        Assert.All(tokens.Zip(offsets), pair => Assert.Equal(pair.First, (Prompt + Answer).Substring(pair.Second, pair.First.Length)));
        Assert.Equal(generated["text_offset"]!.AsArray().Select(o => (int)o! + Prompt.Length), offsets.TakeLast(10));
    }

    [Fact]
    public async Task Listed_probabilities_do_not_exceed_one()
    {
        JsonNode chat = await server.Ask("/v1/chat/completions", new { model = "tiny-ops", messages = Question, logprobs = true, top_logprobs = 20 });
        foreach (JsonNode? token in chat["choices"]![0]!["logprobs"]!["content"]!.AsArray())
        {
            double[] listed = [.. token!["top_logprobs"]!.AsArray().Select(t => (double)t!["logprob"]!)];
            Assert.Equal(20, listed.Length);
            Assert.Equal(listed.OrderDescending(), listed);
            Assert.InRange(listed.Sum(Math.Exp), 0.5, 1.0001);
        }
    }
}
