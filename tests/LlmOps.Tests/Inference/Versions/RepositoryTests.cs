using System.Net;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Inference.Endpoints.OpenInference.Repository;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Models;
using Microsoft.AspNetCore.Http;

namespace LlmOps.Tests.Inference.Versions;

/// <summary>Loading and unloading by the repository extension of the Open Inference Protocol.</summary>
public sealed class RepositoryTests(RepositoryTests.ModelsUnderARoot models) : IClassFixture<RepositoryTests.ModelsUnderARoot>, IAsyncLifetime
{
    private const string Chat = """{"model":"tiny-ops","messages":[{"role":"user","content":"Hi"}],"max_tokens":1}""";

    private readonly TinyOpsServer _server = models.Server;

    public async Task InitializeAsync()
    {
        Assert.Equal(HttpStatusCode.OK, (await Load("""{"version":"1.0.0","wait_for_drain":true}""")).Status);
        // Where it is kept, one that the test before let go may still drain.
        await Eventually.True(() => _server.Get<HostVersions>().Running.Count == 1);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Index_says_what_lies_there_and_what_is_served()
    {
        (_, JsonNode all) = await _server.Post("/v2/repository/index", "{}");
        Assert.Equal(["1.0.0 READY", "1.1.0 UNAVAILABLE", "1.3.0 UNAVAILABLE", "1.4.0 UNAVAILABLE", "1.5.0 UNAVAILABLE", "1.6.0 UNAVAILABLE"], all.AsArray().Select(one => $"{one!["version"]} {one["state"]}"));
        (_, JsonNode ready) = await _server.Post("/v2/repository/index", """{"ready":true}""");
        Assert.Equal(["tiny-ops"], ready.AsArray().Select(one => (string?)one!["name"]));
        Assert.Contains("model_repository", await _server.Client.GetStringAsync("/v2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_that_is_served_already_is_kept()
    {
        ServedVersion? before = _server.Get<LiveVersion>().Current;
        (HttpStatusCode status, JsonNode body) = await Load("""{"version":"1.0.0"}""");
        Assert.Equal((HttpStatusCode.OK, "READY"), (status, (string?)body["state"]));
        Assert.Same(before, _server.Get<LiveVersion>().Current);
    }

    [Theory]
    [InlineData("1.3.0", "model.onnx: SHA-256 is")]
    [InlineData("1.4.0", "the first run failed")]
    public async Task Version_that_cannot_serve_leaves_the_other_serving_and_says_why(string version, string reason)
    {
        (HttpStatusCode status, JsonNode body) = await Load($$"""{"version":"{{version}}"}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, (string?)body["error"], StringComparison.Ordinal);
        JsonNode ready = JsonNode.Parse(await _server.Client.GetStringAsync("/health/ready"))!;
        Assert.Equal(("1.0.0", version, "refused"), ((string?)ready["version"], (string?)ready["change"]!["version"], (string?)ready["change"]!["state"]));
        Assert.Contains(reason, (string?)ready["change"]!["reason"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _server.Post("/v1/chat/completions", Chat)).Status);
        await Eventually.True(() => _server.Get<HostVersions>().Running.Count == 1);
    }

    [Theory]
    [InlineData("tiny-ops", """{"version":"9.9.9"}""", "no such folder")]
    [InlineData("tiny-ops", """{"version":"../tiny-ops/1.1.0"}""", "does not name a folder")]
    [InlineData("tiny-ops", """{"version":".."}""", "does not name a folder")]
    [InlineData("tiny-ops", """{"model_dir":"/etc"}""", "does not name a folder")]
    [InlineData("tiny-ops", """{"model_dir":"tiny-ops/../../etc"}""", "does not name a folder")]
    [InlineData("tiny-ops", """{"model_dir":"linked"}""", "does not name a folder")]
    [InlineData("tiny-ops", """{"model_dir":"."}""", "does not name a folder")]
    [InlineData("tiny-ops", """{"model_dir":"other/1.0.0"}""", "holds the model 'other'")]
    [InlineData("tiny-ops", """{"version":"1.1.0","model_dir":"tiny-ops/1.1.0"}""", "cannot both be given")]
    [InlineData("tiny-ops", """{"version":"1.6.0"}""", "folder of 1.6.0 holds 1.1.0")]
    [InlineData("tiny-ops", """{"config":"{}"}""", "'config' is no parameter here")]
    [InlineData("tiny-ops", """{"version":7}""", "'version' must be a string")]
    [InlineData("other", "{}", "serves the model 'tiny-ops' only")]
    public async Task Load_of_anything_else_is_refused(string model, string parameters, string reason)
    {
        (HttpStatusCode status, JsonNode body) = await _server.Post($"/v2/repository/models/{model}/load", $$"""{"parameters":{{parameters}}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, (string?)body["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_change_goes_on_at_a_time()
    {
        OneChange change = _server.Get<OneChange>();
        Assert.True(change.TryBegin(new VersionChange("1.1.0", VersionChange.Loading)));
        Assert.Equal(HttpStatusCode.Conflict, (await Load("""{"version":"1.1.0"}""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await Unload("{}")).Status);
        JsonNode ready = JsonNode.Parse(await _server.Client.GetStringAsync("/health/ready"))!;
        Assert.Equal(("ready", "loading"), ((string?)ready["status"], (string?)ready["change"]!["state"]));
        change.End(null);
        Assert.Equal(HttpStatusCode.OK, (await Load("""{"model_dir":"tiny-ops/1.1.0"}""")).Status);
    }

    [Fact]
    public async Task Unloaded_model_answers_503_says_why_and_comes_back()
    {
        Assert.Equal(HttpStatusCode.OK, (await Unload("""{"wait_for_drain":true,"unload_dependents":false}""")).Status);
        await Eventually.True(() => _server.Get<HostVersions>().Running.Count == 0);
        foreach ((string path, string body) in new[] { ("/v1/chat/completions", Chat), ("/tokenize", """{"prompt":"Hi"}"""), ("/v2/models/tiny-ops/generate", """{"text_input":"Hi"}""") })
        {
            (HttpStatusCode status, JsonNode error) = await _server.Post(path, body);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Contains("unloaded on request", error.ToJsonString(), StringComparison.Ordinal);
        }
        using HttpResponseMessage ready = await _server.Client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("unloaded on request", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _server.Client.GetAsync("/v2/models/tiny-ops/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _server.Client.GetAsync("/health/live")).StatusCode);
        Assert.Empty(JsonNode.Parse(await _server.Client.GetStringAsync("/v1/models"))!["data"]!.AsArray());

        using HttpResponseMessage loaded = await _server.Client.PostAsync("/v2/repository/models/tiny-ops/load", content: null);
        Assert.Equal(HttpStatusCode.OK, loaded.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _server.Post("/v1/chat/completions", Chat)).Status);
    }

    [Fact]
    public async Task Client_that_leaves_does_not_stop_a_load()
    {
        await Unload("""{"wait_for_drain":true}""");
        DefaultHttpContext http = new() { RequestAborted = new CancellationToken(canceled: true) };
        http.Request.ContentLength = 0;
        http.Request.RouteValues["model"] = "tiny-ops";
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _server.Get<LoadModel>().Handle(http));
        Assert.Equal("1.0.0", _server.Get<LiveVersion>().Current?.Model.Version);
    }

    [Fact]
    public async Task Version_that_memory_does_not_hold_too_is_refused_with_the_numbers()
    {
        VersionSource source = _server.Get<VersionSource>();
        Func<AvailableMemory> system = source.ReadMemory;
        source.ReadMemory = () => new AvailableMemory(10 * 1024 * 1024, "MemAvailable");
        (HttpStatusCode status, JsonNode body) = await Load("""{"version":"1.1.0"}""");
        source.ReadMemory = system;
        Assert.Equal(HttpStatusCode.InsufficientStorage, status);
        Assert.Contains("10 MiB are available (MemAvailable)", (string?)body["error"], StringComparison.Ordinal);
        Assert.Equal("1.0.0", _server.Get<LiveVersion>().Current?.Model.Version);
    }

    [Fact]
    public async Task Template_and_tokenizer_are_the_versions_own()
    {
        int before = await PromptTokens();
        await Load("""{"version":"1.5.0"}""");
        Assert.True(await PromptTokens() < before);
        await Load("""{"version":"1.0.0"}""");
        Assert.Equal(before, await PromptTokens());
    }

    private async Task<int> PromptTokens() => (int)(await _server.Post("/v1/chat/completions", Chat)).Body["usage"]!["prompt_tokens"]!;

    private Task<(HttpStatusCode Status, JsonNode Body)> Load(string parameters) =>
        _server.Post("/v2/repository/models/tiny-ops/load", $$"""{"parameters":{{parameters}}}""");

    private Task<(HttpStatusCode Status, JsonNode Body)> Unload(string parameters) =>
        _server.Post("/v2/repository/models/tiny-ops/unload", $$"""{"parameters":{{parameters}}}""");

    /// <summary>A root of models, good and bad, and a server that may load from it.</summary>
    public sealed class ModelsUnderARoot : IAsyncLifetime
    {
        private readonly string _root = Directory.CreateTempSubdirectory("models-").FullName;

        public TinyOpsServer Server { get; private set; } = null!;

        public Task InitializeAsync()
        {
            Copy("1.0.0", "tiny-ops/1.0.0");
            Copy("1.1.0", "tiny-ops/1.1.0");
            string damaged = Path.Combine(Copy("1.1.0", "tiny-ops/1.3.0"), "model.onnx");
            byte[] weights = File.ReadAllBytes(damaged);
            weights[^1] ^= 1;
            File.WriteAllBytes(damaged, weights);
            Change(Copy("1.1.0", "tiny-ops/1.4.0"), "genai_config.json", "\"head_size\": 32", "\"head_size\": 16");
            File.WriteAllText(Path.Combine(Change(Copy("1.1.0", "tiny-ops/1.5.0"), "config.json", "", ""), "chat_template.jinja"), "{{ messages[0].content }}");
            Copy("1.1.0", "tiny-ops/1.6.0");
            Change(Copy("1.0.0", "other/1.0.0"), "config.json", "", "");
            Directory.CreateSymbolicLink(Path.Combine(_root, "linked"), Samples.Folder("1.1.0"));
            Server = new TinyOpsServer(new ServerOptions
            {
                ModelDir = Path.Combine(_root, "tiny-ops", "1.0.0"), Slot = "blue", Urls = "http://127.0.0.1:0", Development = true, ModelRoot = _root,
            });
            return Server.InitializeAsync();
        }

        public async Task DisposeAsync()
        {
            await Server.DisposeAsync();
            Directory.Delete(_root, recursive: true);
        }

        private string Copy(string version, string to)
        {
            string folder = Directory.CreateDirectory(Path.Combine(_root, to)).FullName;
            foreach (string file in Directory.GetFiles(Samples.Folder(version))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            return folder;
        }

        // What is changed is no release any more.
        private static string Change(string folder, string file, string from, string to)
        {
            string path = Path.Combine(folder, file);
            if (from.Length > 0) File.WriteAllText(path, File.ReadAllText(path).Replace(from, to, StringComparison.Ordinal));
            File.Delete(Path.Combine(folder, "release.json"));
            return folder;
        }
    }
}
