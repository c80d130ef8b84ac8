using System.Diagnostics;
using LlmOps.LocalHost.Cluster;
using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Stack;

/// <summary>
/// The process cluster of a home: the one that runs already, or a new one. It is a process of its own, so that the end
/// of a control plane, however sudden, takes nothing from those who are being served.
/// </summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(40);
    private readonly StackCard card;

    private ClusterProcess(StackCard card) => this.card = card;

    public Uri Url => card.Url;

    public Uri GatewayUrl => card.GatewayUrl!;

    /// <summary>Finds or starts the cluster of a home and waits until it answers.</summary>
    public static async Task<ClusterProcess> Start(Home home, bool development, CancellationToken cancellation)
    {
        if (StackCard.Read(home.ClusterCard) is { } running)
        {
            await Adopt(running, cancellation);
            return new ClusterProcess(running);
        }
        File.Delete(home.ClusterCard);
        using Process process = Spawn(home, development);
        try
        {
            return new ClusterProcess(await Card(home, process, cancellation));
        }
        catch
        {
            // It has not said yet how to reach it, so it has started no servers.
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>Ends the cluster that a killed control plane left in a home, if there is one.</summary>
    public static async Task EndLeft(Home home, CancellationToken cancellation)
    {
        if (StackCard.Read(home.ClusterCard) is { } left)
        {
            await new ClusterProcess(left).DisposeAsync();
        }
        await RunCluster.Register(home.Folder).EndOrphans(TimeSpan.FromSeconds(5), TimeProvider.System, cancellation);
    }

    /// <summary>Asks the cluster to end its processes gracefully and waits for it; one that does not is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!card.Runs)
        {
            return;
        }
        Posix.Signal(card.Pid, Posix.Terminate);
        long start = TimeProvider.System.GetTimestamp();
        while (card.Runs && TimeProvider.System.GetElapsedTime(start) < StopDeadline)
        {
            await Task.Delay(50, CancellationToken.None);
        }
        if (card.Runs)
        {
            Posix.Signal(card.Pid, Posix.Kill);
        }
    }

    // A cluster ends soon after its parent; what serves must not go while this process is here.
    private static async Task Adopt(StackCard cluster, CancellationToken cancellation)
    {
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using HttpResponseMessage response = await http.PostAsync(new Uri(cluster.Url, $"/parent/{Environment.ProcessId}"), null, cancellation);
            response.EnsureSuccessStatusCode();
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException($"the process cluster of an earlier run (process {cluster.Pid}) does not answer; end it, and try again", error);
        }
    }

    private static async Task<StackCard> Card(Home home, Process process, CancellationToken cancellation)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (StackCard.Read(home.ClusterCard) is { } card)
            {
                return card;
            }
            if (process.HasExited)
            {
                throw new InvalidOperationException($"the process cluster ended with exit code {process.ExitCode}; see {home.Logs}/cluster.log");
            }
            if (TimeProvider.System.GetElapsedTime(start) > StartDeadline)
            {
                throw new InvalidOperationException($"the process cluster did not start in {StartDeadline.TotalSeconds} s; see {home.Logs}/cluster.log");
            }
            await Task.Delay(50, cancellation);
        }
    }

    private static Process Spawn(Home home, bool development)
    {
        Directory.CreateDirectory(home.Logs);
        // Its output goes to a file that it holds itself: a pipe would break when this process is killed.
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "llmops"), "cluster", "--home", home.Folder, "--repository", home.Repository,
            "--models", home.Models, "--server", Path.Combine(AppContext.BaseDirectory, "server", "LlmOps.InferenceServer"),
            "--parent-pid", $"{Environment.ProcessId}",
        ];
        ProcessStartInfo start = new("setsid") { UseShellExecute = false };
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(Path.Combine(home.Logs, "cluster.log"));
        foreach (string argument in development ? [.. arguments, "--development"] : arguments)
        {
            start.ArgumentList.Add(argument);
        }
        return Process.Start(start)!;
    }
}
