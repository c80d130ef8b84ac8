using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Cluster;
using LlmOps.Ports;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>A process cluster in a folder of its own, with the fake server, driven through Git and its API.</summary>
internal sealed class ClusterUnderTest : IAsyncDisposable
{
    public static readonly TimeSpan Patience = Eventually.Patience;

    private readonly CancellationTokenSource end = new();
    private Task<int> running = Task.FromResult(0);
    private HttpClient? api;
    private HttpClient? gateway;

    public string Home { get; } = Directory.CreateTempSubdirectory("llmops-cluster-").FullName;

    public GitOpsRepository Git { get => field ??= new(Home); }

    /// <summary>From each commit to its report, give or take the polls of 50 ms.</summary>
    public List<TimeSpan> ReconcileTimes { get; } = [];

    public HttpClient Api => api!;

    public HttpClient Gateway => gateway!;

    public ProcessCluster Cluster => new(Api);

    public ClusterSettings Settings => new()
    {
        Home = Home,
        Repository = Git.Bare,
        Models = Path.Combine(Home, "models"),
        ServerCommand = [BuiltPrograms.FakeServer],
        Seed = 7,
        Development = true,
    };

    public static async Task<ClusterUnderTest> Start(Func<ClusterSettings, ClusterSettings>? adjust = null)
    {
        ClusterUnderTest test = new();
        ClusterSettings settings = adjust is null ? test.Settings : adjust(test.Settings);
        test.running = Task.Run(() => RunCluster.Run(settings, test.end.Token));
        await test.Connect();
        return test;
    }

    /// <summary>Reads `cluster.json` once it is there.</summary>
    public async Task<int> Connect()
    {
        string card = Path.Combine(Home, "cluster.json");
        await Until(() => Task.FromResult(File.Exists(card)), "cluster.json is there");
        JsonElement read = JsonElement.Parse(File.ReadAllText(card));
        api = new() { BaseAddress = new Uri(read.GetProperty("url").GetString()!) };
        gateway = new() { BaseAddress = new Uri(read.GetProperty("gatewayUrl").GetString()!) };
        return read.GetProperty("pid").GetInt32();
    }

    /// <summary>Commits, asks for a reconcile and waits until the revision is reported.</summary>
    public async Task<string> Reconcile()
    {
        string sha = Git.Commit();
        long committed = Stopwatch.GetTimestamp();
        await Cluster.RequestReconcile(default);
        await Until(async () => await Cluster.ReconciledRevision(default) == sha, $"{sha} is reconciled");
        ReconcileTimes.Add(Stopwatch.GetElapsedTime(committed));
        return sha;
    }

    /// <summary>Commits a version to a slot and waits until it serves.</summary>
    public async Task Stage(string slot, string version, int replicas = 1)
    {
        Git.Slot(slot, version, replicas);
        await Reconcile();
        await UntilServes(slot, version);
    }

    public Task UntilServes(string slot, string version) => Until(
        async () => (await Cluster.Slot("tiny-ops", slot, default))?.Serves($"sha256:{version}") == true, $"{slot} serves {version}");

    public async Task Weigh(int blue, int green)
    {
        Git.Weights(blue, green);
        await Reconcile();
    }

    public Task<HttpResponseMessage> Ask(string query = "") =>
        Gateway.PostAsJsonAsync($"tiny-ops/v1/chat/completions{query}", new { model = "tiny-ops", messages = Array.Empty<object>() });

    public Task UntilNotReady(string slot) => Until(
        async () => (await Cluster.Slot("tiny-ops", slot, default))!.ReadyReplicas == 0, $"{slot} is not ready");

    public Task UntilEvent(string slot, Func<ClusterEvent, bool> found, string what) => Until(
        async () => (await Cluster.RecentEvents("tiny-ops", slot, default)).Any(found), what);

    public async Task<Running[]> Processes() => (await Api.GetFromJsonAsync<ProcessList>("processes", Wire.Json))!.Running;

    public async Task<int> Started() => (await Api.GetFromJsonAsync<ProcessList>("processes", Wire.Json))!.Started;

    public static Task Until(Func<Task<bool>> condition, string what, int pauseMs = 50) => Eventually.True(condition, what, pauseMs);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await running;
        api?.Dispose();
        gateway?.Dispose();
        Directory.Delete(Home, recursive: true);
    }

    private sealed record ProcessList(int Started, Running[] Running);
}

/// <summary>A process as `/processes` lists it.</summary>
internal sealed record Running(string Model, string Version, string Slot, int Pid, int Port, bool Ready);
