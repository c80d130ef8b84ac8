using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Inference.Endpoints.Keys;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class KeysTests : IAsyncLifetime, IDisposable
{
    private const string Ask = """{"model":"tiny-ops","prompt":"Hi","max_tokens":1}""";
    private readonly string _file = Path.GetTempFileName();
    private TinyOpsServer? _server;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_file, $$"""
            [
              { "name": "all", "sha256": "{{Hash("k-all")}}" },
              { "name": "reader", "sha256": "{{Hash("k-read")}}", "verbs": ["read"] },
              { "name": "other", "sha256": "{{Hash("k-other")}}", "models": ["another"] },
              { "name": "admin", "sha256": "{{Hash("k-admin")}}", "verbs": ["admin"] },
              { "name": "slow", "sha256": "{{Hash("k-slow")}}", "requestsPerMinute": 2 }
            ]
            """);
        _server = new TinyOpsServer(new ServerOptions { ModelDir = Samples.Folder("1.1.0"), Slot = "blue", Urls = "http://127.0.0.1:0", ApiKeys = _file, ModelRoot = Samples.Folder("..") });
        await _server.InitializeAsync();
    }

    public Task DisposeAsync() => _server!.DisposeAsync();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, "invalid_api_key")]
    [InlineData("k-unknown", HttpStatusCode.Unauthorized, "invalid_api_key")]
    [InlineData("k-read", HttpStatusCode.Forbidden, "insufficient_permissions")]
    [InlineData("k-other", HttpStatusCode.Forbidden, "insufficient_permissions")]
    [InlineData("k-all", HttpStatusCode.OK, null)]
    public async Task Answer_is_for_those_whose_key_allows_it(string? key, HttpStatusCode status, string? code)
    {
        (HttpStatusCode answered, JsonNode body) = await Post(key);
        Assert.Equal((status, code), (answered, (string?)body["error"]?["code"]));
        Assert.DoesNotContain("k-unknown", body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k-all", "/v2/repository/index", HttpStatusCode.Forbidden)]
    [InlineData("k-all", "/v2/repository/models/tiny-ops/unload", HttpStatusCode.Forbidden)]
    [InlineData("k-admin", "/v2/repository/index", HttpStatusCode.OK)]
    [InlineData("k-admin", "/v1/completions", HttpStatusCode.Forbidden)]
    public async Task What_is_served_is_changed_by_those_only_whose_key_names_the_verb(string key, string path, HttpStatusCode status)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(path.StartsWith("/v1", StringComparison.Ordinal) ? Ask : "{}") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using HttpResponseMessage response = await _server!.Client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task Refusal_has_the_shape_of_the_paths_protocol()
    {
        using HttpResponseMessage response = await _server!.Client.GetAsync("/v2/models/tiny-ops");
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("A key is needed", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limit_of_a_key_refuses_with_the_time_to_wait()
    {
        Assert.Equal(HttpStatusCode.OK, (await Post("k-slow")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Post("k-slow")).Status);
        using HttpRequestMessage request = Request("k-slow");
        using HttpResponseMessage response = await _server!.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.InRange(response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.Equal(HttpStatusCode.OK, (await Post("k-all")).Status);
    }

    [Theory]
    [InlineData("/health/ready", null, HttpStatusCode.OK)]
    [InlineData("/metrics", null, HttpStatusCode.OK)]
    [InlineData("/v1/models", null, HttpStatusCode.Unauthorized)]
    [InlineData("/v1/models", "k-read", HttpStatusCode.OK)]
    public async Task Health_and_metrics_need_no_key_and_the_list_of_models_does(string path, string? key, HttpStatusCode status)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path);
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using HttpResponseMessage response = await _server!.Client.SendAsync(request);
        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData("[]", "lists no key")]
    [InlineData("""[{"name":"a","sha256":"k-all"}]""", "(a): sha256")]
    [InlineData("""[{"name":"a","sha256":"0000000000000000000000000000000000000000000000000000000000000000","verbs":["write"]}]""", "'write' is no verb")]
    [InlineData("""[{"name":"a","key":"secret"}]""", "key")]
    public void Wrong_file_is_refused_by_its_entry(string json, string message)
    {
        File.WriteAllText(_file, json);
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => ApiKeyFile.Read(_file)).Message, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, JsonNode Body)> Post(string? key)
    {
        using HttpRequestMessage request = Request(key);
        using HttpResponseMessage response = await _server!.Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static HttpRequestMessage Request(string? key)
    {
        HttpRequestMessage request = new(HttpMethod.Post, "/v1/completions") { Content = new StringContent(Ask) };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
