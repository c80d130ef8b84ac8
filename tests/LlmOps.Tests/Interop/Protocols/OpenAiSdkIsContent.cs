using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Tests.Inference;
using LlmOps.Tests.Inference.Embeddings;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop.Protocols;

/// <summary>What OpenAI's SDK does beyond asking: its helpers, its decoding, its typed errors, its retries.</summary>
public sealed class OpenAiSdkIsContent(TinyOpsServer texts, EmbedderServer embedder, ToolsServer tools)
    : IClassFixture<TinyOpsServer>, IClassFixture<EmbedderServer>, IClassFixture<ToolsServer>
{
    private const string Answer = "The capital of Greece is Athens.";

    [RequiresFact(Tool.OpenAiSdk)]
    public async Task With_streams_schemas_tools_embeddings_errors_and_waits()
    {
        string keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, $$"""[{"name":"all","sha256":"{{Hash("k-all")}}"},{"name":"slow","sha256":"{{Hash("k-slow")}}","requestsPerMinute":2}]""");
        await using TinyOpsServer limited = await Start(new ServerOptions { ModelDir = Samples.Folder("1.1.0"), Slot = "blue", Urls = "http://127.0.0.1:0", ApiKeys = keys });
        await using TinyOpsServer closed = await Start(new ServerOptions { ModelDir = Samples.Folder("1.1.0"), Slot = "blue", Urls = "http://127.0.0.1:0" });
        closed.TakeNobody();
        JsonNode seen = await Speak(new { texts = texts.Url, tools = tools.Server.Url, embedder = embedder.Server.Url, limited = limited.Url, closed = closed.Url });
        File.Delete(keys);

        JsonNode stream = seen["stream"]!;
        Assert.Equal((Answer, Answer, "stop"), ((string?)stream["deltas"], (string?)stream["content"], (string?)stream["finish"]));
        Assert.True((int)stream["usage"]!["completion_tokens"]! > 0);
        Assert.Contains(Kind(seen["parsed"]!["a"]), new[] { JsonValueKind.True, JsonValueKind.False });
        Assert.Contains((string?)Assert.Single(seen["called"]!.AsArray()), new[] { "Athens", "Rome" });
        Assert.Equal(["user", "assistant", "tool"], seen["roles"]!.AsArray().Select(role => (string?)role));
        Assert.Contains((string?)seen["streamedCall"], new[] { "Athens", "Rome" });

        JsonNode embeddings = seen["embeddings"]!;
        Assert.Equal((2, EmbedderSample.Width), ((int)embeddings["count"]!, (int)embeddings["width"]!));
        Assert.True((double)embeddings["difference"]! < 1e-6);

        Assert.Equal(("AuthenticationError", 401, "invalid_api_key"), Failure(seen["noKey"]!));
        Assert.Equal(("RateLimitError", 429, "rate_limit_exceeded"), Failure(seen["overLimit"]!));
        Assert.Equal("""{"waits":[30000]}""", seen["retried"]!.ToJsonString());
        Assert.Equal(("InternalServerError", 503, "unavailable"), Failure(seen["closed"]!));
        Assert.Equal("[1000]", seen["closed"]!["waits"]!.ToJsonString());
    }

    private static JsonValueKind Kind(JsonNode? value) => value!.GetValueKind();

    private static (string?, int, string?) Failure(JsonNode failure) => ((string?)failure["kind"], (int)failure["status"]!, (string?)failure["code"]);

    private static async Task<TinyOpsServer> Start(ServerOptions options)
    {
        TinyOpsServer server = new(options);
        await server.InitializeAsync();
        return server;
    }

    private static async Task<JsonNode> Speak(object urls)
    {
        string script = Repository.At("tests", "LlmOps.Tests", "Interop", "Protocols", "sdk.mjs");
        (int exitCode, string output) = await Command.Run("node", [script, JsonSerializer.Serialize(urls)]);
        Assert.True(exitCode == 0, output);
        return JsonNode.Parse(output)!;
    }

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
