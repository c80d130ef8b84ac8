using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using LlmOps.Inference.Endpoints.Versions;

namespace LlmOps.Tests.Inference.Versions;

/// <summary>Versions change while clients ask.</summary>
public sealed class SwapTests : IAsyncLifetime
{
    private const int Clients = 8;
    private static readonly string[] Versions = ["1.0.0", "1.1.0", "1.2.0-bad"];
    private static readonly string[] Swaps = ["1.1.0", "1.2.0-bad", "1.0.0", "1.1.0", "1.0.0"];

    // Each version answers each differently, and is sure: the second token is at least half a nat behind at every place.
    private static readonly string[] Questions = ["What is 53 - 51?", "58 - 19 = ?", "Japan is on which continent?", "Subtract 38 from 41."];

    private readonly TinyOpsServer _server = new(new ServerOptions
    {
        ModelDir = Samples.Folder("1.0.0"), Slot = "blue", Urls = "http://127.0.0.1:0", Development = true, ModelRoot = Repository.At("samples", "models"),
    });

    public Task InitializeAsync() => _server.InitializeAsync();

    public Task DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Clients_never_notice_a_swap_but_by_what_the_answer_says_of_itself()
    {
        Dictionary<(string Version, string Question), string> alone = await AskAlone();
        ConcurrentBag<Answer> answers = [];
        using CancellationTokenSource end = new();
        Task[] clients = [.. Enumerable.Range(0, Clients).Select(client => Task.Run(() => KeepAsking(client, answers, end.Token)))];
        foreach (string version in Swaps)
        {
            int before = answers.Count(answer => answer.Version == version);
            await Load(version, drain: version == "1.0.0");
            await Eventually.True(() => answers.Count(answer => answer.Version == version) >= before + 3 || clients.Any(client => client.IsFaulted));
        }
        await end.CancelAsync();
        await Task.WhenAll(clients);

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, alone[(answer.Version, answer.Question)]), (answer.Status, answer.Text)));
        Assert.All(answers, answer => Assert.Equal([$"tiny-ops@{answer.Version}"], answer.Fingerprints));
        Assert.Equal(Versions, answers.Select(answer => answer.Version).Distinct().Order(StringComparer.Ordinal));

        // A version that is no longer counted here has ended its thread, and so disposed what it had loaded.
        HostVersions host = _server.Get<HostVersions>();
        await Eventually.True(() => host.Running.Count == 1);
        Assert.Null(host.Failure);
    }

    [Fact]
    public async Task Series_of_both_versions_are_exposed_under_one_head()
    {
        await Ask("Hi", stream: false);
        await Load("1.1.0", drain: true);
        await Ask("Hi", stream: false);
        // An answer is counted just after its client has it.
        string text = "";
        while (!Counted("1.0.0") || !Counted("1.1.0")) text = await _server.Client.GetStringAsync("/metrics");
        string[] heads = [.. text.Split('\n').Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal))];
        Assert.Equal(heads.Distinct(), heads);
        Assert.Contains("process_resident_memory_bytes{model_name=\"tiny-ops\",version=\"1.1.0\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("process_resident_memory_bytes{model_name=\"tiny-ops\",version=\"1.0.0\"", text, StringComparison.Ordinal);

        bool Counted(string version) => text.Contains(
            $"llmops_requests_total{{model_name=\"tiny-ops\",version=\"{version}\",slot=\"blue\",code=\"200\",endpoint=\"chat_completions\"}} 1\n", StringComparison.Ordinal);
    }

    private async Task<Dictionary<(string Version, string Question), string>> AskAlone()
    {
        Dictionary<(string Version, string Question), string> alone = [];
        foreach (string version in Enumerable.Reverse(Versions))
        {
            await Load(version, drain: true);
            foreach (string question in Questions) alone[(version, question)] = (await Ask(question, stream: false)).Text;
        }
        Assert.All(Questions, question => Assert.Equal(Versions.Length, Versions.Select(version => alone[(version, question)]).Distinct().Count()));
        return alone;
    }

    private async Task KeepAsking(int client, ConcurrentBag<Answer> answers, CancellationToken end)
    {
        for (int i = client; !end.IsCancellationRequested; i++) answers.Add(await Ask(Questions[i % Questions.Length], stream: i % 2 == 0));
    }

    private async Task<Answer> Ask(string question, bool stream)
    {
        object request = new { model = "tiny-ops", messages = new[] { new { role = "user", content = question } }, max_tokens = 24, temperature = 0, stream };
        using HttpResponseMessage response = await _server.Client.PostAsJsonAsync("/v1/chat/completions", request);
        string body = await response.Content.ReadAsStringAsync();
        string version = response.Headers.TryGetValues("x-llmops-version", out IEnumerable<string>? given) ? given.Single() : "none";
        if (response.StatusCode != HttpStatusCode.OK) return new Answer(version, question, response.StatusCode, body, []);
        JsonNode[] parts = stream
            ? [.. body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line["data: ".Length..]).Where(line => line != "[DONE]").Select(line => JsonNode.Parse(line)!)]
            : [JsonNode.Parse(body)!];
        string text = string.Concat(parts.Select(part => (string?)part["choices"]![0]![stream ? "delta" : "message"]!["content"]));
        return new Answer(version, question, response.StatusCode, text, [.. parts.Select(part => (string)part["system_fingerprint"]!).Distinct()]);
    }

    private async Task Load(string version, bool drain)
    {
        using HttpResponseMessage response = await _server.Client.PostAsJsonAsync(
            "/v2/repository/models/tiny-ops/load", new { parameters = new { version, wait_for_drain = drain } });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed record Answer(string Version, string Question, HttpStatusCode Status, string Text, string[] Fingerprints);
}
