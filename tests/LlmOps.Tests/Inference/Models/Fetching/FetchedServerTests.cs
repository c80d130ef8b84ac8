using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference.Models.Fetching;

/// <summary>The server as a process that fetches its version.</summary>
public sealed class FetchedServerTests : IDisposable
{
    private readonly string _cache = Directory.CreateTempSubdirectory("server-cache-").FullName;

    [Fact]
    public async Task A_server_that_was_killed_while_it_fetched_goes_on_and_serves()
    {
        await using VersionOrigin origin = await Sample();
        origin.Fault = async (http, _) =>
        {
            if (!http.Request.Path.Value!.EndsWith("model.onnx", StringComparison.Ordinal)) return false;
            await VersionOrigin.NoAnswer(http);
            return true;
        };
        int small = origin.Files.Where(file => file.Key is not ("model.onnx" or "release.json")).Sum(file => file.Value.Length);
        string url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using HttpClient client = new() { BaseAddress = new Uri(url) };
        using (ServerProcess killed = Start(origin, url))
        {
            await Eventually.True(() => Waiting(client) == small);
            JsonNode ready = (await client.GetFromJsonAsync<JsonNode>("/health/live"))!;
            Assert.Equal(("live", "tiny-ops"), ((string?)ready["status"], (string?)ready["model"]));
            using HttpResponseMessage asked = await client.PostAsJsonAsync("/v1/completions", new { model = "tiny-ops", prompt = "Hi", max_tokens = 1 });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, asked.StatusCode);
            Assert.Contains("it is being fetched", await asked.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsync("/v2/repository/models/tiny-ops/load", content: null)).StatusCode);
            Assert.Equal(HttpStatusCode.Conflict, (await client.PostAsync("/v2/repository/models/tiny-ops/unload", content: null)).StatusCode);
        }
        Assert.Equal(small, origin.Sent);
        origin.Fault = (_, _) => Task.FromResult(false);
        using ServerProcess server = Start(origin, url);
        await Eventually.True(() => Waiting(client) is null);
        Assert.Equal(small + origin.Files["model.onnx"].Length, origin.Sent);
        JsonNode answer = JsonNode.Parse(await (await client.PostAsJsonAsync("/v1/completions", new { model = "tiny-ops", prompt = "Hi", max_tokens = 1 })).Content.ReadAsStringAsync())!;
        Assert.Equal("tiny-ops", (string?)answer["model"]);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/v2/repository/models/tiny-ops/load", content: null)).StatusCode);
    }

    [Fact]
    public async Task A_version_of_another_digest_than_gits_ends_with_2_and_one_line()
    {
        await using VersionOrigin origin = await Sample();
        using ServerProcess server = Start(origin, "http://127.0.0.1:0", "--model-digest", new string('a', 64));
        Assert.Equal(2, await server.ExitCode());
        string line = Assert.Single((await server.Errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(origin.Digest, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_told_to_stop_while_it_fetches_ends_with_0()
    {
        await using VersionOrigin origin = await Sample();
        TaskCompletionSource fetches = new(TaskCreationOptions.RunContinuationsAsynchronously);
        origin.Fault = async (http, _) =>
        {
            fetches.TrySetResult();
            await VersionOrigin.NoAnswer(http);
            return true;
        };
        using ServerProcess server = Start(origin, "http://127.0.0.1:0");
        await fetches.Task.WaitAsync(Eventually.Patience);
        await Command.Run("kill", ["-TERM", $"{server.Id}"]);
        Assert.Equal(0, await server.ExitCode());
        Assert.Equal("", await server.Errors);
    }

    public void Dispose() => Directory.Delete(_cache, recursive: true);

    private ServerProcess Start(VersionOrigin origin, string url, params string[] more) =>
        new(["--model-uri", origin.Address, "--model-cache", _cache, "--model-root", _cache, "--slot", "blue", "--urls", url, .. more], development: true);

    /// <summary>Bytes that are here of a version that is being fetched; null when it is served.</summary>
    private static long? Waiting(HttpClient client)
    {
        try
        {
            using HttpResponseMessage answer = client.Send(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));
            if (answer.IsSuccessStatusCode) return null;
            using StreamReader body = new(answer.Content.ReadAsStream());
            JsonNode report = JsonNode.Parse(body.ReadToEnd())!;
            return (string?)report["status"] == "downloading" && (long?)report["total"] > 0 ? (long?)report["bytes"] : -1;
        }
        catch (HttpRequestException)
        {
            return -1;
        }
    }

    private static async Task<VersionOrigin> Sample()
    {
        string folder = Samples.Folder("1.1.0");
        VersionOrigin origin = await VersionOrigin.Start(
            "tiny-ops", [.. Directory.GetFiles(folder).Where(file => !file.EndsWith("release.json", StringComparison.Ordinal)).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]);
        origin.Files["release.json"] = File.ReadAllBytes(Path.Combine(folder, "release.json"));
        return origin;
    }
}
