using System.Net;
using System.Text.Json.Nodes;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class RefusalTests(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    private const string Chat = "/v1/chat/completions";
    private const string Completions = "/v1/completions";
    private const string Hi = """ "messages":[{"role":"user","content":"Hi"}] """;

    [Theory]
    [InlineData(Chat, """{"model":"tiny-ops" """, null)]
    [InlineData(Chat, "[]", null)]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[]}""", "messages")]
    [InlineData(Chat, """{"model":"tiny-ops"}""", "messages")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":["Hi"]}""", "messages[0]")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"critic","content":"x"}]}""", "messages[0].role")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"tool","content":"x"}]}""", "messages[0].tool_call_id")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"assistant","content":null}]}""", "messages[0].content")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"["}}]}]}""", "messages[0].tool_calls[0].function.arguments")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":""}}]}]}""", "messages[0].tool_calls[0]")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"assistant","tool_calls":[7]}]}""", "messages[0].tool_calls[0]")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"user","content":"x","name":7}]}""", "messages[0].name")]
    [InlineData(Chat, """{"model":"tiny-ops","chat_template_kwargs":[],""" + Hi + "}", "chat_template_kwargs")]
    [InlineData(Chat, """{"model":"tiny-ops","chat_template_kwargs":{"messages":[]},""" + Hi + "}", "chat_template_kwargs")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"user","content":7}]}""", "messages[0].content")]
    [InlineData(Chat, """{"model":"tiny-ops","messages":[{"role":"user","content":"\ud800"}]}""", "messages[0].content")]
    [InlineData(Chat, "{" + Hi + "}", "model")]
    [InlineData(Chat, """{"model":7,""" + Hi + "}", "model")]
    [InlineData(Chat, """{"model":"tiny-ops","temperature":"hot",""" + Hi + "}", "temperature")]
    [InlineData(Chat, """{"model":"tiny-ops","temperature":3,""" + Hi + "}", "temperature")]
    [InlineData(Chat, """{"model":"tiny-ops","top_p":0,""" + Hi + "}", "top_p")]
    [InlineData(Chat, """{"model":"tiny-ops","seed":1.5,""" + Hi + "}", "seed")]
    [InlineData(Chat, """{"model":"tiny-ops","stream":"yes",""" + Hi + "}", "stream")]
    [InlineData(Chat, """{"model":"tiny-ops","stream_options":{},""" + Hi + "}", "stream_options")]
    [InlineData(Chat, """{"model":"tiny-ops","n":0,""" + Hi + "}", "n")]
    [InlineData(Chat, """{"model":"tiny-ops","logit_bias":{"5000":1},""" + Hi + "}", "logit_bias")]
    [InlineData(Chat, """{"model":"tiny-ops","logit_bias":{"7":101},""" + Hi + "}", "logit_bias")]
    [InlineData(Chat, """{"model":"tiny-ops","min_p":2,""" + Hi + "}", "min_p")]
    [InlineData(Chat, """{"model":"tiny-ops","tools":[{}],""" + Hi + "}", "tools")]
    [InlineData(Chat, """{"model":"tiny-ops","presence_penalty":2.5,""" + Hi + "}", "presence_penalty")]
    [InlineData(Chat, """{"model":"tiny-ops","response_format":{"type":"xml"},""" + Hi + "}", "response_format")]
    [InlineData(Chat, """{"model":"tiny-ops","response_format":{"type":"json_schema"},""" + Hi + "}", "response_format")]
    [InlineData(Chat, """{"model":"tiny-ops","response_format":{"type":"json_schema","json_schema":{"schema":{"type":"string","pattern":"(?=a)"}}},""" + Hi + "}", "response_format")]
    [InlineData(Chat, """{"model":"tiny-ops","max_tokens":0,""" + Hi + "}", "max_tokens")]
    [InlineData(Chat, """{"model":"tiny-ops","top_logprobs":2,""" + Hi + "}", "top_logprobs")]
    [InlineData(Chat, """{"model":"tiny-ops","stop":["a","b","c","d","e"],""" + Hi + "}", "stop")]
    [InlineData(Completions, """{"model":"tiny-ops"}""", "prompt")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":""}""", "prompt")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":[5000]}""", "prompt")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":["a",7]}""", "prompt")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":"a","max_tokens":0}""", "max_tokens")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":"a","logprobs":true}""", "logprobs")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":"a","best_of":3}""", "best_of")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":"a","logit_bias":{"\ud800":1}}""", "logit_bias")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":["a","b","c","d","e","f","g","h","i"],"n":128}""", "n")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":["a","b","c"],"n":100}""", null)]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":"a","response_format":{"type":"json_schema","json_schema":{"schema":{"$ref":"#"}}}}""", "response_format")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":"a","response_format":{"type":"json_schema","json_schema":{"schema":{"type":[5]}}}}""", "response_format")]
    [InlineData(Completions, """{"model":"tiny-ops","prompt":"a","response_format":{"type":"json_schema","json_schema":{"schema":{"enum":["\ud800"]}}}}""", "response_format")]
    public async Task Wrong_request_is_a_400_that_names_the_field(string path, string json, string? param)
    {
        (HttpStatusCode status, JsonNode body) = await server.Post(path, json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_request_error", (string?)body["error"]!["type"]);
        Assert.Equal(param, (string?)body["error"]!["param"]);
        Assert.NotEmpty((string)body["error"]!["message"]!);
    }

    [Theory]
    [InlineData("other")]
    [InlineData("tiny-ops@1.0.0")]
    public async Task Unknown_model_is_a_404(string model)
    {
        (HttpStatusCode status, JsonNode body) = await server.Post(Chat, $$"""{"model":"{{model}}",{{Hi}}}""");
        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (status, (string?)body["error"]!["code"]));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Client.GetAsync($"/v1/models/{model}")).StatusCode);
    }

    [Theory]
    [InlineData(600, 1)]
    [InlineData(1_000_000, 1)]
    [InlineData(10, 600)]
    public async Task What_exceeds_the_context_is_refused(int words, int maxTokens)
    {
        string prompt = string.Concat(Enumerable.Repeat("a ", words));
        (HttpStatusCode status, JsonNode body) = await server.Post(Completions, $$"""{"model":"tiny-ops","prompt":"{{prompt}}","max_tokens":{{maxTokens}}}""");
        Assert.Equal((HttpStatusCode.BadRequest, "context_length_exceeded"), (status, (string?)body["error"]!["code"]));
    }

    [Fact]
    public async Task Body_over_the_cap_is_a_413()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Completions);
        request.Content = new StringContent($$"""{"model":"tiny-ops","prompt":"{{new string('a', 5_000_000)}}"}""");
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["code"]);
    }

    [Fact]
    public async Task Unknown_fields_are_ignored()
    {
        (HttpStatusCode status, _) = await server.Post(Chat, """{"model":"tiny-ops","store":true,"metadata":{"a":"b"},"user":"u","surprise":[1],""" + Hi + "}");
        Assert.Equal(HttpStatusCode.OK, status);
    }
}
