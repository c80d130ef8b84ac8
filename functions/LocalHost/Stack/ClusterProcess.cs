using System.Diagnostics;

namespace LlmOps.LocalHost.Stack;

/// <summary>
/// The process cluster of a home: the one that runs already, or a new one. It is a process of its own, so that the end
/// of a control plane, however sudden, takes nothing from those who are being served.
/// </summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(40);
    private readonly int pid;

    private ClusterProcess(StackCard card)
    {
        pid = card.Pid;
        Url = card.Url;
        GatewayUrl = card.GatewayUrl!;
    }

    public Uri Url { get; }

    public Uri GatewayUrl { get; }

    /// <summary>Finds or starts the cluster of a home and waits until it answers.</summary>
    public static async Task<ClusterProcess> Start(Home home, bool development, CancellationToken cancellation)
    {
        if (StackCard.Read(home.ClusterCard) is { } running)
        {
            return new ClusterProcess(running);
        }
        File.Delete(home.ClusterCard);
        Process process = Spawn(home, development);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(StartDeadline);
        while (StackCard.Read(home.ClusterCard) is not { } card)
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"the process cluster ended with exit code {process.ExitCode}; see {home.Logs}/cluster.log");
            }
            await Task.Delay(50, deadline.Token);
        }
        return new ClusterProcess(StackCard.Read(home.ClusterCard)!);
    }

    /// <summary>Asks the cluster to end its processes gracefully and waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists($"/proc/{pid}"))
        {
            return;
        }
        using Process kill = Process.Start("kill", ["-TERM", $"{pid}"]);
        using CancellationTokenSource deadline = new(StopDeadline);
        while (Directory.Exists($"/proc/{pid}") && !deadline.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
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
