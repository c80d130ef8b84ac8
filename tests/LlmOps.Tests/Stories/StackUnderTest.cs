using LlmOps.LocalHost.Cli;
using LlmOps.LocalHost.Demo;
using LlmOps.LocalHost.Stack;
using LlmOps.Releases;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>A stack that `llmops up` runs in a folder of its own, with tiny-ops 1.0.0 serving and some load on it.</summary>
public sealed class StackUnderTest : IAsyncLifetime
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource stopLoad = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private LoadGenerator? load;
    private Task loading = Task.CompletedTask;
    private StackClient? client;

    internal Home Home { get; } = new(Directory.CreateTempSubdirectory("llmops-stack-").FullName);

    internal Llmops? Up { get; private set; }

    internal StackClient Client => client!;

    internal Secrets Secrets => Secrets.Of(Home);

    internal StackCard Card => StackCard.Read(Home.StackCard)!;

    internal IReadOnlyList<LoadRequest> Answered => load!.Answered;

    public Task InitializeAsync() => Tools.Missing(Tool.Prometheus) is null ? Begin() : Task.CompletedTask;

    /// <summary>Starts the stack, releases 1.0.0, and begins the load.</summary>
    internal async Task Begin(params string[] options)
    {
        await Start(options);
        await GitOps.SetPolicy(Home, guard: "1s");
        await Upload(Samples.Version("1.0.0"));
        await Reach("1.0.0", Phase.Done);
        await GitOps.SetPolicy(Home, guard: "5m");
        string[] prompts = ["What is the capital of Peru?", "Chemical symbol of helium?"];
        load = new LoadGenerator(
            http, new Uri(Card.GatewayUrl!, "/tiny-ops/v1/chat/completions"), "tiny-ops", prompts, TimeSpan.FromMilliseconds(50), TimeProvider.System);
        loading = load.Run(stopLoad.Token);
    }

    /// <summary>Runs `llmops up` and waits until it answers.</summary>
    internal async Task Start(params string[] options)
    {
        Up = Llmops.Start(["up", "--home", Home.Folder, .. options]);
        await Until(() => Task.FromResult(Up.Output.Contains("Ctrl-C stops everything") && StackCard.Read(Home.StackCard) is not null), "the stack runs", Up);
        client?.Dispose();
        client = StackClient.Find(Home);
    }

    internal Task<(int ExitCode, string Output)> Cli(params string[] arguments) => Llmops.Run([.. arguments, "--home", Home.Folder]);

    internal async Task Upload(string folder)
    {
        (int exitCode, string output) = await Cli("upload", folder);
        Assert.True(exitCode == 0, output);
    }

    internal Task Reach(string version, Phase phase) => Until(
        async () =>
        {
            Release? release = await Client.Get("tiny-ops", version, default);
            Assert.False(release is { } ended && ended.Phase.IsEnd() && ended.Phase != phase, $"{release?.Id} is {release?.Phase}: {release?.Reason}");
            return release?.Phase == phase;
        },
        $"{version} is {phase}", Up);

    internal static async Task Until(Func<Task<bool>> condition, string what, Llmops? up = null)
    {
        DateTimeOffset deadline = DateTimeOffset.UtcNow + Patience;
        while (!await condition())
        {
            Assert.True(DateTimeOffset.UtcNow < deadline, $"never came true: {what}\n{up?.Output}");
            await Task.Delay(50);
        }
    }

    /// <summary>Ends the load; what was answered stays.</summary>
    internal async Task StopLoad()
    {
        await stopLoad.CancelAsync();
        await loading;
    }

    public async Task DisposeAsync()
    {
        await StopLoad();
        client?.Dispose();
        http.Dispose();
        stopLoad.Dispose();
        if (Up is not null)
        {
            await Up.DisposeAsync();
        }
        Directory.Delete(Home.Folder, recursive: true);
    }
}
