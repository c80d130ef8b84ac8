using System.Collections.Concurrent;
using System.Diagnostics;
using LlmOps.LocalHost.Crashes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>The real `llmops up` as a process, with a group of its own that ends with this object.</summary>
internal sealed class CrashChild : IDisposable
{
    /// <summary>What a shell calls the end by SIGKILL.</summary>
    private const int Killed = 128 + 9;

    private readonly Process process;
    private readonly ConcurrentQueue<string> said = new();

    private CrashChild(Process process) => this.process = process;

    public int Pid => process.Id;

    public bool HasEnded => process.HasExited;

    /// <summary>Whether it ended by SIGKILL.</summary>
    public bool WasKilled => process.HasExited && process.ExitCode == Killed;

    public string Said => string.Join('\n', said);

    /// <summary>Starts a control plane in a home; <paramref name="points"/> goes into LLMOPS_CRASH_POINTS.</summary>
    public static CrashChild Start(string home, string? points, params IEnumerable<string> options)
    {
        // setsid becomes llmops, under the same process id, which is then the id of the group too.
        ProcessStartInfo start = new("setsid", [Program, "up", "--home", home, .. options])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // It lives for two seconds: what is compiled better, or collected beside it, never pays.
        start.Environment["DOTNET_TC_CallCounting"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment.Remove(CrashRequest.Variable);
        if (points is not null)
        {
            start.Environment[CrashRequest.Variable] = points;
        }
        CrashChild child = new(Process.Start(start)!);
        child.process.OutputDataReceived += (_, line) => child.said.Enqueue(line.Data ?? "");
        child.process.ErrorDataReceived += (_, line) => child.said.Enqueue(line.Data ?? "");
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        return child;
    }

    public Task Ended(CancellationToken cancellation) => process.WaitForExitAsync(cancellation);

    /// <summary>Ends it as a crash would.</summary>
    public async Task Kill()
    {
        EndGroup();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        EndGroup();
        process.Dispose();
    }

    private void EndGroup()
    {
        ProcessStartInfo start = new("kill", ["-KILL", "--", $"-{process.Id}"]) { RedirectStandardError = true };
        using Process kill = Process.Start(start)!;
        kill.WaitForExit();
    }

    private static string Program { get; } = Repository.At(
        "functions", "LocalHost", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "llmops");
}
