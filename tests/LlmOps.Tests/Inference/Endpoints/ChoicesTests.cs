using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class ChoicesTests(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    private const string Completions = "/v1/completions";
    private const string Greece = "<|bos|><|user|>What is the capital of Greece?<|eos|><|assistant|>";
    private const string Italy = "<|bos|><|user|>What is the capital of Italy?<|eos|><|assistant|>";

    [Fact]
    public async Task Several_answers_differ_and_a_seed_repeats_each()
    {
        object request = new { model = "tiny-ops", prompt = Greece, n = 4, temperature = 2, seed = 11, max_tokens = 12 };
        string[] first = Texts(await server.Ask(Completions, request));
        Assert.Equal(4, first.Length);
        Assert.True(first.Distinct().Count() > 1);
        Assert.Equal(first, Texts(await server.Ask(Completions, request)));
    }

    [Fact]
    public async Task Several_prompts_are_answered_in_their_order()
    {
        JsonNode answer = await server.Ask(Completions, new { model = "tiny-ops", prompt = new[] { Greece, Italy }, max_tokens = 30, n = 2, temperature = 0 });
        Assert.Equal([0, 1, 2, 3], answer["choices"]!.AsArray().Select(choice => (int)choice!["index"]!));
        string[] texts = Texts(answer);
        Assert.Equal((texts[0], texts[2]), (texts[1], texts[3]));
        Assert.Contains("Athens", texts[0], StringComparison.Ordinal);
        Assert.Contains("Rome", texts[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_of_several_answers_has_each_whole()
    {
        object request = new { model = "tiny-ops", prompt = new[] { Greece, Italy }, max_tokens = 30, temperature = 0, stream = true };
        using HttpResponseMessage response = await server.Client.PostAsync(new Uri(Completions, UriKind.Relative), new StringContent(JsonSerializer.Serialize(request)));
        string[] events = [.. (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..])];
        Assert.Equal("[DONE]", events[^1]);
        JsonNode[] choices = [.. events.SkipLast(1).Select(one => JsonNode.Parse(one)!["choices"]![0]!)];
        Assert.Equal(
            Texts(await server.Ask(Completions, new { model = "tiny-ops", prompt = new[] { Greece, Italy }, max_tokens = 30, temperature = 0 })),
            Enumerable.Range(0, 2).Select(index => string.Concat(choices.Where(one => (int)one["index"]! == index).Select(one => (string?)one["text"]))).ToArray());
        Assert.Equal(2, choices.Count(one => (string?)one["finish_reason"] == "stop"));
    }

    [Fact]
    public async Task Prompt_that_was_seen_is_found_in_the_cache()
    {
        object request = new { model = "tiny-ops", prompt = "<|bos|><|user|>Please tell me now in one sentence: what is the capital of Spain?<|eos|><|assistant|>", max_tokens = 20 };
        JsonNode first = await server.Ask(Completions, request);
        JsonNode second = await server.Ask(Completions, request);
        Assert.Equal(Texts(first), Texts(second));
        int prompt = (int)second["usage"]!["prompt_tokens"]!;
        Assert.Equal(prompt - 1, (int)second["usage"]!["prompt_tokens_details"]!["cached_tokens"]!);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"capital":{"enum":["Athens","Rome"]},"sure":{"type":"boolean"}},"required":["capital","sure"],"additionalProperties":false}""")]
    [InlineData("""{"type":"array","items":{"type":"integer","minimum":0},"minItems":3,"maxItems":3}""")]
    public async Task Answer_under_a_schema_is_json_of_it(string schema)
    {
        JsonNode format = JsonNode.Parse($$$"""{"type":"json_schema","json_schema":{"name":"answer","schema":{{{schema}}}}}""")!;
        object[] messages = [new { role = "user", content = "What is the capital of Greece?" }];
        JsonNode chat = await server.Ask("/v1/chat/completions", new { model = "tiny-ops", messages, response_format = format, max_tokens = 200 });
        Assert.Equal("stop", (string?)chat["choices"]![0]!["finish_reason"]);
        JsonNode value = JsonNode.Parse((string)chat["choices"]![0]!["message"]!["content"]!)!;
        if (value is JsonArray list) Assert.Equal(3, list.Count);
        else Assert.Contains((string?)value["capital"], new[] { "Athens", "Rome" });
    }

    [Fact]
    public async Task Text_becomes_tokens_and_text_again()
    {
        JsonNode tokens = await server.Ask("/tokenize", new { model = "tiny-ops", prompt = Greece + " ü" });
        Assert.Equal((int)tokens["count"]!, tokens["tokens"]!.AsArray().Count);
        JsonNode text = await server.Ask("/detokenize", new { model = "tiny-ops", tokens = tokens["tokens"] });
        Assert.Equal(Greece + " ü", (string?)text["prompt"]);
        (HttpStatusCode status, _) = await server.Post("/detokenize", """{"model":"tiny-ops","tokens":[99999]}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    private static string[] Texts(JsonNode answer) => [.. answer["choices"]!.AsArray().Select(choice => (string)choice!["text"]!)];
}
