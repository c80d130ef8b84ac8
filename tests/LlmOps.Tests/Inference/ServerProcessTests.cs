using System.Net;
using System.Net.Http.Json;
using LlmOps.Inference;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference;

public sealed class ServerProcessTests
{
    [Theory]
    [InlineData("--slot blue", "--model-dir")]
    [InlineData("--model-dir . --slot red", "blue or green")]
    [InlineData("--model-dir . --slot blue --threads none", "--threads")]
    [InlineData("--model-dir . --slot blue --max-queue", "--max-queue needs a value")]
    [InlineData("--model-dir . --slot blue --log-format xml", "must be text or json")]
    [InlineData("--model-dir . --slot blue --device cuda", "--device cuda:0 cannot be used: ")]
    [InlineData("--model-dir . --slot blue --fast", "unknown argument --fast")]
    [InlineData("--model-dir /does/not/exist --slot blue", "no such folder")]
    [InlineData("--model-dir . --slot blue --require-release", "release.json: missing")]
    public async Task Wrong_arguments_end_with_2_and_one_line(string arguments, string named)
    {
        using ServerProcess server = new(arguments.Split(' '));
        Assert.Equal(2, await server.ExitCode());
        string line = Assert.Single((await server.Errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 120)]
    [InlineData("--request-timeout 300", 300)]
    [InlineData("--max-wait 200", 200)]
    [InlineData("--drain-timeout 7", 7)]
    public void Drain_lasts_as_long_as_a_request_may_unless_told_otherwise(string arguments, int seconds)
    {
        string[] all = ["--model-dir", ".", "--slot", "blue", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(seconds, ServerOptions.Parse(all, _ => null).Options!.Drain.TotalSeconds);
    }

    [Fact]
    public void Root_of_models_needs_keys()
    {
        string[] arguments = ["--model-dir", ".", "--slot", "blue", "--model-root", "/models"];
        Assert.Contains("--api-keys", ServerOptions.Parse(arguments, _ => null).Error, StringComparison.Ordinal);
        Assert.Null(ServerOptions.Parse([.. arguments, "--api-keys", "keys.json"], _ => null).Error);
    }

    [Fact]
    public async Task Server_that_cannot_drain_in_time_ends_all_the_same()
    {
        string url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using ServerProcess server = new(["--model-dir", Samples.Folder("1.1.0"), "--slot", "green", "--urls", url, "--drain-timeout", "1"], development: true);
        using HttpClient client = new() { BaseAddress = new Uri(url) };
        await ServerProcess.UntilReady(client);
        using StringContent slow = new("""{"mode":"slow","delayMs":600000}""");
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/dev/fault", slow)).StatusCode);
        Task<HttpResponseMessage> request = client.PostAsJsonAsync("/v1/completions", new { model = "tiny-ops", prompt = "Hello" });
        await client.GetStringAsync("/health/live");
        await Command.Run("kill", ["-TERM", $"{server.Id}"]);
        Assert.Equal(0, await server.ExitCode());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => request);
        Assert.Equal("", await server.Errors);
    }

    [Fact]
    public async Task Weights_that_are_no_model_end_with_2()
    {
        string folder = Samples.Copy();
        File.Delete(Path.Combine(folder, "release.json"));
        File.WriteAllText(Path.Combine(folder, "model.onnx"), "not a model");
        using ServerProcess server = new("--model-dir", folder, "--slot", "blue", "--urls", "http://127.0.0.1:0");
        Assert.Equal(2, await server.ExitCode());
        Assert.Contains("model.onnx", await server.Errors, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Terminated_server_turns_unready_answers_what_it_took_and_ends_with_0()
    {
        string url = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        using ServerProcess server = new("--model-dir", Samples.Folder("1.1.0"), "--slot", "green", "--urls", url);
        using HttpClient client = new() { BaseAddress = new Uri(url) };
        await ServerProcess.UntilReady(client);

        Task<HttpResponseMessage>[] requests = [.. Enumerable.Range(0, 40).Select(seed =>
            client.PostAsJsonAsync("/v1/completions", new { model = "tiny-ops", prompt = "Hello", max_tokens = 200, temperature = 2, seed }))];
        await Task.WhenAny(requests);
        await Command.Run("kill", ["-TERM", $"{server.Id}"]);

        bool sawUnready = false;
        while (!sawUnready && requests.Any(r => !r.IsCompleted))
        {
            sawUnready = (await client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable;
        }
        Assert.True(sawUnready);
        foreach (HttpResponseMessage response in await Task.WhenAll(requests)) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, await server.ExitCode());
        Assert.Equal("", await server.Errors);
    }
}
