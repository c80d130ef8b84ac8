using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Inference.Endpoints;
using LlmOps.Inference.Endpoints.Cache;
using LlmOps.Inference.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Inference.Endpoints;

/// <summary>Answers that are given again, of a server that keeps them.</summary>
public sealed class ResponseCacheTests(CachingServer server) : IClassFixture<CachingServer>
{
    private const string Chat = "/v1/chat/completions";
    private const string Completions = "/v1/completions";

    [Fact]
    public async Task Same_request_has_the_same_answer_without_the_model()
    {
        object request = Ask("Greece", stream: false);
        (string? first, JsonNode one) = await Send(Chat, request);
        double generated = await Metric("vllm:generation_tokens_total");
        (string? second, JsonNode two) = await Send(Chat, request);
        Assert.Equal(("miss", "hit"), (first, second));
        Assert.Equal(one["choices"]!.ToJsonString(), two["choices"]!.ToJsonString());
        Assert.NotEqual((string?)one["id"], (string?)two["id"]);
        Assert.Equal((int)one["usage"]!["total_tokens"]!, (int)two["usage"]!["total_tokens"]!);
        Assert.Equal((int)two["usage"]!["prompt_tokens"]!, (int)two["usage"]!["prompt_tokens_details"]!["cached_tokens"]!);
        Assert.Equal(generated, await Metric("vllm:generation_tokens_total"));
    }

    [Fact]
    public async Task Answer_from_the_cache_is_counted_apart()
    {
        object request = Ask("Portugal", stream: false);
        await Send(Chat, request);
        double judged = await Judged();
        double hits = await Metric("llmops_response_cache_hits_total");
        Assert.Equal("hit", (await Send(Chat, request)).Cache);
        Assert.Equal(judged, await Judged());
        Assert.Equal(hits + 1, await Metric("llmops_response_cache_hits_total"));
        Assert.True(await Metric("llmops_response_cache_queries_total") >= hits + 2);
        Assert.True(await Metric("llmops_response_cache_bytes") > 0);

        async Task<double> Judged() => await Metric("vllm:time_to_first_token_seconds_count") + await Metric("vllm:e2e_request_latency_seconds_count") + await Metric("vllm:request_success_total")
            + await Metric("gen_ai_server_request_duration_seconds_count") + await Metric("vllm:request_params_n_count");
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task Answer_from_the_cache_is_no_request_of_its_version(bool kept, int counted)
    {
        ServerMetrics own = new("m", "1", "blue");
        VersionMetrics metrics = new();
        metrics.Expose(own);
        DefaultHttpContext http = new() { Request = { Method = "POST", Path = "/v1/completions" } };
        await new CountAnswers(metrics, NullLogger<CountAnswers>.Instance).Invoke(http, context =>
        {
            if (kept) context.Features.Set(new KeptAnswers([], []));
            return Task.CompletedTask;
        });
        Assert.Contains($"code=\"200\",endpoint=\"completions\"}} {counted}\n", own.Exposition(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whole_answers_and_streams_are_given_from_the_same_entry()
    {
        (_, JsonNode whole) = await Send(Chat, Ask("Italy", stream: false));
        (string? cache, IReadOnlyList<JsonNode> events) = await Stream(Chat, Ask("Italy", stream: true));
        Assert.Equal("hit", cache);
        Assert.True(events.Count > 4);
        Assert.Equal((string?)whole["choices"]![0]!["message"]!["content"], string.Concat(events.Select(one => (string?)one["choices"]![0]!["delta"]!["content"])));
        Assert.Equal((string?)whole["choices"]![0]!["finish_reason"], (string?)events[^1]["choices"]![0]!["finish_reason"]);

        (string? streamed, _) = await Stream(Chat, Ask("Spain", stream: true));
        Assert.Equal(("miss", "hit"), (streamed, (await Send(Chat, Ask("Spain", stream: false))).Cache));
    }

    [Fact]
    public async Task Scores_and_several_choices_come_again()
    {
        object request = new { model = "tiny-ops", prompt = new[] { "What is", "Tell me" }, n = 2, seed = 5, temperature = 1.5, logprobs = 2, echo = true, max_tokens = 6 };
        (string? first, JsonNode one) = await Send(Completions, request);
        (string? second, JsonNode two) = await Send(Completions, request);
        Assert.Equal(("miss", "hit"), (first, second));
        Assert.Equal(one["choices"]!.ToJsonString(), two["choices"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"temperature":0}""", """{"temperature":0,"stop":"a"}""")]
    [InlineData("""{"temperature":0}""", """{"temperature":0,"max_tokens":7}""")]
    [InlineData("""{"temperature":0}""", """{"temperature":0,"logit_bias":{"5":1}}""")]
    [InlineData("""{"temperature":0}""", """{"temperature":0,"response_format":{"type":"json_object"}}""")]
    [InlineData("""{"temperature":1,"seed":1}""", """{"temperature":1,"seed":2}""")]
    [InlineData("""{"temperature":1,"seed":1}""", """{"temperature":1,"seed":1,"top_p":0.5}""")]
    [InlineData("""{"temperature":0}""", """{"temperature":0,"n":2}""")]
    public async Task What_decides_the_answer_is_told_apart(string one, string other)
    {
        Assert.Equal("miss", (await Send(Completions, With(one))).Cache);
        Assert.Equal("miss", (await Send(Completions, With(other))).Cache);
        Assert.Equal("hit", (await Send(Completions, With(one))).Cache);

        JsonObject With(string fields)
        {
            JsonObject request = JsonNode.Parse(fields)!.AsObject();
            request["model"] = "tiny-ops";
            request["prompt"] = $"{one} {other}";
            request.TryAdd("max_tokens", 5);
            return request;
        }
    }

    [Fact]
    public async Task Answer_that_chance_decides_is_not_looked_for()
    {
        object request = new { model = "tiny-ops", prompt = "Hi", temperature = 1, max_tokens = 3 };
        Assert.Null((await Send(Completions, request)).Cache);
        Assert.Null((await Send(Completions, request)).Cache);
    }

    [Fact]
    public async Task Keys_do_not_share_answers()
    {
        object request = Ask("Norway", stream: false);
        Assert.Equal("miss", (await Send(Chat, request)).Cache);
        Assert.Equal("miss", (await Send(Chat, request, "k-two")).Cache);
        Assert.Equal("hit", (await Send(Chat, request, "k-two")).Cache);
    }

    private static object Ask(string country, bool stream) => new
    {
        model = "tiny-ops", messages = new[] { new { role = "user", content = $"What is the capital of {country}?" } }, temperature = 0, max_tokens = 12, stream,
    };

    private async Task<(string? Cache, JsonNode Answer)> Send(string path, object request, string key = "k-one")
    {
        using HttpResponseMessage response = await Post(path, request, key);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return (CacheOf(response), JsonNode.Parse(body)!);
    }

    private async Task<(string? Cache, IReadOnlyList<JsonNode> Events)> Stream(string path, object request)
    {
        using HttpResponseMessage response = await Post(path, request, "k-one");
        string[] events = [.. (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..])];
        Assert.Equal("[DONE]", events[^1]);
        return (CacheOf(response), [.. events.SkipLast(1).Select(one => JsonNode.Parse(one)!)]);
    }

    private async Task<HttpResponseMessage> Post(string path, object request, string key)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, path) { Content = new StringContent(JsonSerializer.Serialize(request)) };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await server.Client.SendAsync(message);
    }

    private static string? CacheOf(HttpResponseMessage response) => response.Headers.TryGetValues("x-llmops-cache", out IEnumerable<string>? values) ? values.Single() : null;

    // The sum over a metric's series.
    private async Task<double> Metric(string name) => (await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}

/// <summary>A server that keeps answers, for two keys.</summary>
public sealed class CachingServer : TinyOpsServer
{
    public CachingServer()
        : this(WriteKeys())
    {
    }

    private CachingServer(string keys)
        : base(new ServerOptions { ModelDir = Samples.Folder("1.1.0"), Slot = "blue", Urls = "http://127.0.0.1:0", ResponseCacheMiB = 1, ApiKeys = keys }) => File.Delete(keys);

    private static string WriteKeys()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, $$"""[{"name":"one","sha256":"{{Hash("k-one")}}"},{"name":"two","sha256":"{{Hash("k-two")}}"}]""");
        return file;
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
