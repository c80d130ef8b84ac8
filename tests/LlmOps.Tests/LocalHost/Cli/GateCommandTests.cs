using System.Text.Json.Nodes;
using LlmOps.LocalHost.Cli;
using LlmOps.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.LocalHost.Cli;

/// <summary>`llmops gate` against a real server on a port.</summary>
public sealed class GateCommandTests : IAsyncLifetime, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gates-").FullName;
    private WebApplication app = null!;

    private string Url => app.Urls.First();

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapGet("/v1/models", () => Results.Json(new { data = new[] { new { id = "echo" } } }));
        app.MapPost("/v1/chat/completions", async (HttpContext context) =>
        {
            JsonNode body = (await JsonNode.ParseAsync(context.Request.Body))!;
            string content = $"you said {body["messages"]![0]!["content"]}";
            return Results.Json(new { choices = new[] { new { message = new { content } } }, usage = new { completion_tokens = 3 } });
        });
        await app.StartAsync();
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("min: 0.9", ExitCodes.Ok)]
    [InlineData("vs_champion: { max_drop: 0.05 }", ExitCodes.Pending)]
    [InlineData("vs_champion: { max_drop: 0.9 }", ExitCodes.Ok)]
    public async Task A_run_says_how_it_ended_by_its_exit_code(string limit, int expected) =>
        Assert.Equal(expected, await Run(Gates(limit, "you said"), "--champion", Url));

    [Fact]
    public async Task A_failed_run_exits_with_1_and_leaves_its_reports()
    {
        string reports = Path.Combine(folder, "out");
        Assert.Equal(ExitCodes.Failed, await Run(Gates("min: 0.9", "they said"), "--out", reports));
        Assert.Equal(["gates.json", "junit.xml", "report.html", "report.md", "samples.json"], Directory.GetFiles(reports).Select(Path.GetFileName).Order());
        Assert.Equal("Fail", JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(reports, "gates.json")))!["outcome"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("gates: [")]
    [InlineData("gates: [{ metric: accurate, min: 1 }]\nprompts: [x]\ntests: [{ assert: [{ type: is-json }] }]")]
    [InlineData("gates: [{ metric: accuracy, min: 1 }]\nprompts: [x]\ntests: [{ assert: [{ type: python }] }]")]
    public async Task A_bad_file_exits_with_2(string text) => Assert.Equal(ExitCodes.Usage, await Run(text));

    [Fact]
    public async Task A_file_is_explained_without_an_endpoint()
    {
        Assert.Equal(ExitCodes.Usage, await GateCommand.Create().Parse(["explain", Path.Combine(folder, "none.yaml")]).InvokeAsync());
        Assert.Equal(ExitCodes.Ok, await GateCommand.Create().Parse(["explain", Path.Combine(Repository.Root, "inference/deploy/apps/tiny-ops/gates.yaml")]).InvokeAsync());
    }

    private static string Gates(string limit, string contained) => $$$"""
        prompts: ['{{q}}']
        tests:
          - { vars: { q: [one, two, three] }, assert: [{ type: contains, value: '{{{contained}}} {{q}}' }] }
        gates: [{ metric: accuracy, {{{limit}}} }]

        """;

    private async Task<int> Run(string text, params string[] more)
    {
        string file = Path.Combine(folder, "gates.yaml");
        await File.WriteAllTextAsync(file, text);
        return await GateCommand.Create().Parse(["run", "--file", file, "--endpoint", Url, .. more]).InvokeAsync();
    }
}
