using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop.Protocols;

/// <summary>Sends requests through a validating proxy and collects what it has against them and against their answers.</summary>
internal sealed class Judge(Prism proxy) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = proxy.Url };
    private readonly List<(string Request, string Schema, JsonNode Value)> _chunks = [];

    /// <summary>What is wrong, by the request.</summary>
    public List<string> Violations { get; } = [];

    public int StreamedChunks => _chunks.Count;

    public Task<JsonNode?> Get(string path, int status = 200) => Send(HttpMethod.Get, path, null, status);

    public Task<JsonNode?> Post(string path, string body, int status = 200) => Send(HttpMethod.Post, path, body, status);

    /// <summary>Sends what the document does not allow, which the proxy must say; the answer has to fit all the same.</summary>
    public async Task PostWrong(string path, string body)
    {
        Violations.Clear();
        await Post(path, body, 400);
        int ofRequest = Violations.RemoveAll(violation => violation.Contains(": request", StringComparison.Ordinal));
        Assert.True(ofRequest > 0, $"the proxy has nothing against {body}");
        Assert.Empty(Violations);
    }

    /// <summary>Asks for a stream, whose events are judged by <see cref="JudgeChunks"/>.</summary>
    public async Task Stream(string path, string body, string schema)
    {
        (int status, string text) = await Exchange(HttpMethod.Post, path, body);
        Assert.True(status == 200, text);
        string[] events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        foreach (string one in events[..^1]) _chunks.Add((body, schema, JsonNode.Parse(one["data: ".Length..])!));
    }

    /// <summary>What the document has against the events of the streams, since the proxy does not look into them.</summary>
    public async Task<string[]> JudgeChunks(string document)
    {
        string input = JsonSerializer.Serialize(_chunks.Select(chunk => new { schema = chunk.Schema, value = chunk.Value }));
        (int exitCode, string output) = await Command.Run("node", [Repository.At("tests", "LlmOps.Tests", "Interop", "Protocols", "chunks.mjs"), document], input);
        Assert.True(exitCode == 0, output);
        string[][] judged = JsonSerializer.Deserialize<string[][]>(output)!;
        return [.. judged.Zip(_chunks).SelectMany(pair => pair.First.Select(error => $"{pair.Second.Request}: {error} in {pair.Second.Value.ToJsonString()}"))];
    }

    /// <summary>Adds a chunk as if it had been streamed.</summary>
    public void Pretend(string schema, JsonNode value) => _chunks.Add(("pretended", schema, value));

    public void Dispose() => _client.Dispose();

    private async Task<JsonNode?> Send(HttpMethod method, string path, string? body, int expected)
    {
        (int status, string text) = await Exchange(method, path, body);
        Assert.True(status == expected, $"{method} {path} {body}: {status} {text}");
        return JsonNode.Parse(text);
    }

    private async Task<(int Status, string Body)> Exchange(HttpMethod method, string path, string? body)
    {
        using HttpRequestMessage request = new(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _client.SendAsync(request);
        if (answer.Headers.TryGetValues("sl-violations", out IEnumerable<string>? said))
        {
            // Of very many it says the first, cut anywhere.
            string words = string.Concat(said);
            Violations.AddRange(words[0] != '[' ? [$"{method} {path} {body}: {words}"] : JsonNode.Parse(words)!.AsArray().Select(one =>
                $"{method} {path} {body}: {string.Join('.', one!["location"]!.AsArray().Select(part => (string)part!))}: {one["message"]}"));
        }
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
