using System.Text.Json;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>One run of `llmops demo` to its end, which many tests look at.</summary>
public sealed class DemoUnderTest : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private JsonDocument? report;

    internal string Home { get; } = Directory.CreateTempSubdirectory("llmops-demo-").FullName + "/home";

    internal int ExitCode { get; private set; }

    internal string Output { get; private set; } = "";

    internal IReadOnlyList<string> Left { get; private set; } = [];

    internal JsonElement Report => report!.RootElement;

    internal string Repository => Path.Combine(Home, "gitops.git");

    public async Task InitializeAsync()
    {
        if (Tools.Missing(Tool.Prometheus) is not null)
        {
            return;
        }
        await using Llmops demo = Llmops.Start(["demo", "--home", Home]);
        ExitCode = await demo.Ended(Patience);
        Output = demo.Output;
        Left = Leftovers.Of(Home);
        string file = Path.Combine(Home, "demo-report.json");
        Assert.True(File.Exists(file), Output);
        report = JsonDocument.Parse(await File.ReadAllTextAsync(file));
    }

    public Task DisposeAsync()
    {
        report?.Dispose();
        Directory.Delete(Path.GetDirectoryName(Home)!, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Asks Git about the demonstration's repository.</summary>
    internal async Task<string> Git(params string[] arguments)
    {
        (int exitCode, string output) = await Command.Run("git", ["-C", Repository, .. arguments]);
        Assert.True(exitCode == 0, output);
        return output.Trim();
    }

    internal JsonElement Release(string version) =>
        Report.GetProperty("releases").EnumerateArray().Single(release => release.GetProperty("version").GetString() == version);
}
