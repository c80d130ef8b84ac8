using System.Net.Http.Json;
using LlmOps.LocalHost.Demo;
using LlmOps.LocalHost.Monitoring;
using LlmOps.LocalHost.Processes;
using LlmOps.LocalHost.Stack;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Tests.Stories;

/// <summary>A whole local stack of real parts, whose control plane dies at a point and is started again by whoever watches.</summary>
internal sealed class CrashStack(CrashHome home, CrashTemplate template, string point) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(60);

    private readonly List<CrashChild> children = [];
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private LoadGenerator? load;
    private Task loading = Task.CompletedTask;

    /// <summary>How often the control plane was killed at its point.</summary>
    public int Kills { get; private set; }

    public IReadOnlyList<LoadRequest> Answered => load!.Answered;

    private CrashChild Current => children[^1];

    private StackCard? Cluster => StackCard.Read(home.Home.ClusterCard);

    public void Start() => Start($"kill:{point}");

    /// <summary>Waits for something, starting the control plane again when it was killed.</summary>
    public async Task Until(string what, Func<Task<bool>> holds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (Current.HasEnded)
            {
                Assert.True(Current.WasKilled, Current.Said);
                Kills++;
                Start(points: null);
            }
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"waited in vain for {what}:\n{Current.Said}");
            await Task.Delay(Pause);
        }
    }

    public Task Until(string version, Func<Release, bool> holds) =>
        Until($"{version}", async () => await home.Release(version) is { } release && holds(release));

    /// <summary>Sends requests through the gateway from now on.</summary>
    public void StartLoad()
    {
        Uri chat = new(Cluster!.GatewayUrl!, $"/{CrashTemplate.Model}/v1/chat/completions");
        load = new LoadGenerator(http, chat, CrashTemplate.Model, [.. template.Answers.Keys], Interval, TimeProvider.System);
        loading = load.Run(stop.Token);
    }

    public async Task StopLoad()
    {
        await stop.CancelAsync();
        await loading;
    }

    /// <summary>Lets a slot's server fail its requests; where nobody watches it, the alert is posted too.</summary>
    public async Task<DateTimeOffset> Break(string version, string slot)
    {
        Uri workload = new(Cluster!.Url, $"slots/{CrashTemplate.Model}/{slot}");
        SlotStatus? status = await http.GetFromJsonAsync<SlotStatus>(workload, Wire.Json);
        DateTimeOffset at = TimeProvider.System.GetUtcNow();
        Uri fault = new(status!.Endpoint, "/dev/fault");
        using HttpResponseMessage broken = await http.PostAsJsonAsync(fault, new { mode = "error", rate = 1.0 });
        broken.EnsureSuccessStatusCode();
        if (!PrometheusStack.IsInstalled)
        {
            await new CrashAlert(version, at).Post(home, Current);
        }
        return at;
    }

    /// <summary>The servers end with their cluster, Prometheus with the group of the control plane that started it.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopLoad();
        children.ForEach(child => child.Dispose());
        if (Cluster is { } cluster)
        {
            Posix.Signal(cluster.Pid, Posix.Terminate);
            for (int look = 0; look < 1200 && Directory.Exists($"/proc/{cluster.Pid}"); look++)
            {
                await Task.Delay(Pause);
            }
        }
        http.Dispose();
        stop.Dispose();
    }

    private void Start(string? points) =>
        children.Add(CrashChild.Start(home.Folder, points, "--template", template.GitOps, "--development"));
}
