using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference.Telemetry;

public sealed class LogTests
{
    private const string Marker = "Zanzibarquark";
    private const string Key = "sk-shop-0123456789abcdef0123";

    [Fact]
    public async Task Each_request_is_a_line_and_no_text_of_it_is_in_the_log()
    {
        string keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, $$"""[{"name":"shop","sha256":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key)))}}"}]""");
        string log = await Run(["--api-keys", keys], async client =>
        {
            await Post(client, "/v1/chat/completions", new { model = "tiny-ops", max_tokens = 2, messages = new[] { new { role = "user", content = Marker } } });
            await Post(client, "/v1/completions", new { model = "tiny-ops", prompt = Marker, max_tokens = 2, stream = true });
            await Post(client, "/v1/completions", new { model = Marker, prompt = Marker });
            await Post(client, "/v1/completions", new { model = "tiny-ops", prompt = Marker, temperature = Marker });
            client.DefaultRequestHeaders.Authorization = new("Bearer", Marker);
            await Post(client, "/v1/completions", new { model = "tiny-ops", prompt = Marker });
        });
        File.Delete(keys);
        Assert.DoesNotContain(Marker, log, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, log, StringComparison.Ordinal);
        Assert.Matches(@"chatcmpl-\S+ chat_completions 200: version 1\.1\.0, \d+ prompt tokens, [12] generated, first token after [\d.]+ ms, done after [\d.]+ ms, (length|stop); key shop, trace -", log);
        Assert.Matches(@"cmpl-\S+ completions 200: version 1\.1\.0, \d+ prompt tokens, [12] generated", log);
        Assert.Matches(@"- completions 404: version 1\.1\.0, no token, done after [\d.]+ ms, model_not_found; key shop", log);
        Assert.Matches(@"- completions 400: version 1\.1\.0, no token, done after [\d.]+ ms, invalid_request_error; key shop", log);
        Assert.Matches(@"- completions 401: version 1\.1\.0, no token, done after [\d.]+ ms, invalid_api_key; key -", log);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Texts_that_are_asked_for_are_logged_redacted_and_in_one_line(string format)
    {
        string prompt = $"{Marker}\nforged line\r\u2028 4111 1111 1111 1111 \"quoted\"";
        string log = await Run(["--log-prompts", "--log-format", format], client =>
            Post(client, "/v1/completions", new { model = "tiny-ops", prompt, max_tokens = 2, logit_bias = new Dictionary<string, int> { ["2"] = -100 } }));
        Assert.DoesNotContain("4111 1111", log, StringComparison.Ordinal);
        string[] lines = log.Split(['\n', '\r', '\u2028'], StringSplitOptions.RemoveEmptyEntries);
        string asked = lines.Single(line => line.Contains(Marker, StringComparison.Ordinal) && line.Contains("was asked", StringComparison.Ordinal));
        Assert.Contains("[card]", asked, StringComparison.Ordinal);
        Assert.Contains("forged line", asked, StringComparison.Ordinal);
        Assert.Single(lines, line => line.Contains("answered (0)", StringComparison.Ordinal));
        if (format == "text") return;
        JsonElement record = JsonSerializer.Deserialize<JsonElement>(asked);
        Assert.Contains(prompt.Replace("4111 1111 1111 1111", "[card]", StringComparison.Ordinal), record.GetProperty("State").GetProperty("Prompt").GetString(), StringComparison.Ordinal);
        Assert.All(lines, line => JsonSerializer.Deserialize<JsonElement>(line));
    }

    private static async Task<string> Run(string[] arguments, Func<HttpClient, Task> ask)
    {
        string url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using ServerProcess server = new(["--model-dir", Samples.Folder("1.1.0"), "--slot", "blue", "--urls", url, .. arguments]);
        using HttpClient client = new() { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", Key);
        client.DefaultRequestHeaders.Add("baggage", $"who={Marker}");
        await ServerProcess.UntilReady(client);
        await ask(client);
        await Command.Run("kill", ["-TERM", $"{server.Id}"]);
        Assert.Equal(0, await server.ExitCode());
        return await server.Output + await server.Errors;
    }

    private static async Task Post(HttpClient client, string path, object body)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync(path, body);
        await response.Content.ReadAsStringAsync();
    }
}
