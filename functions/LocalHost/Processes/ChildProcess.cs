using System.Diagnostics;

namespace LlmOps.LocalHost.Processes;

/// <summary>A program to start: its command, the file its output is appended to, and changes of its environment (null removes).</summary>
internal sealed record ChildCommand(IReadOnlyList<string> Arguments, string LogFile)
{
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}

/// <summary>
/// A child process whose output goes straight to a file, so that it can outlive a killed parent unharmed,
/// and which begins to run only after it was written down, so that no killed parent can lose sight of it.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    /// <summary>Waits for the parent's word (a dead parent says nothing), then becomes the program: same process, same number.</summary>
    private const string Gate = "read -r go && exec \"$@\" >>\"$0\" 2>&1 </dev/null";

    private readonly Process process;

    private ChildProcess(Process process, Task<int> exited) => (this.process, Id, Exited) = (process, process.Id, exited);

    public int Id { get; }

    /// <summary>Ends with the exit code; 128 + n for a signal n.</summary>
    public Task<int> Exited { get; }

    public static ChildProcess Start(ChildCommand command, ProcessRegister register)
    {
        ProcessStartInfo start = new("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        foreach (string argument in (string[])["-c", Gate, command.LogFile, .. command.Arguments])
        {
            start.ArgumentList.Add(argument);
        }
        foreach ((string name, string? value) in command.Environment)
        {
            start.Environment[name] = value;
        }
        Process process = Process.Start(start) ?? throw new InvalidOperationException("/bin/sh did not start");
        register.Add(new(process.Id, ProcFs.StartTime(process.Id) ?? 0, [.. command.Arguments]));
        ChildProcess child = new(process, WaitForExit(process, register));
        process.StandardInput.WriteLine("go");
        process.StandardInput.Close();
        return child;
    }

    /// <summary>Sends a signal unless the process has ended.</summary>
    public void Signal(int signal)
    {
        if (!Exited.IsCompleted)
        {
            Posix.Signal(Id, signal);
        }
    }

    /// <summary>SIGTERM, and SIGKILL for what still runs after the grace.</summary>
    public async Task Stop(TimeSpan grace, TimeProvider clock)
    {
        Signal(Posix.Terminate);
        try
        {
            await Exited.WaitAsync(grace, clock);
        }
        catch (TimeoutException)
        {
            Signal(Posix.Kill);
            await Exited;
        }
    }

    public void Dispose() => process.Dispose();

    private static async Task<int> WaitForExit(Process process, ProcessRegister register)
    {
        int pid = process.Id;
        await process.WaitForExitAsync();
        register.Remove(pid);
        return process.ExitCode;
    }
}
