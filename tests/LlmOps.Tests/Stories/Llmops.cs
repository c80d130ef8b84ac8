using System.Diagnostics;
using System.Text;
using LlmOps.LocalHost.Processes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Stories;

/// <summary>A run of the built `llmops` executable, as a user starts it.</summary>
internal sealed class Llmops : IAsyncDisposable
{
    private const int Interrupt = 2;
    private readonly Process process;
    private readonly StringBuilder output = new();

    private Llmops(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The executable in LocalHost's output folder, of the configuration that the tests were built in.</summary>
    public static string Executable { get; } = Repository.At(
        "functions", "LocalHost", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "llmops");

    public int Id => process.Id;

    public bool Runs => !process.HasExited;

    /// <summary>What it has written so far, to both streams.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public static Llmops Start(IEnumerable<string> arguments, string? path = null)
    {
        ProcessStartInfo start = new(Executable, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root,
        };
        if (path is not null)
        {
            start.Environment["PATH"] = path;
        }
        return new Llmops(Process.Start(start)!);
    }

    public static async Task<(int ExitCode, string Output)> Run(params string[] arguments)
    {
        await using Llmops run = Start(arguments);
        return (await run.Ended(TimeSpan.FromMinutes(3)), run.Output);
    }

    /// <summary>Waits for the end; the exit code.</summary>
    public async Task<int> Ended(TimeSpan patience)
    {
        using CancellationTokenSource impatient = new(patience);
        try
        {
            await process.WaitForExitAsync(impatient.Token);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"llmops did not end in {patience}:\n{Output}");
        }
    }

    public void PressControlC() => Posix.Signal(process.Id, Interrupt);

    public void Terminate() => Posix.Signal(process.Id, Posix.Terminate);

    public void Kill() => Posix.Signal(process.Id, Posix.Kill);

    public async ValueTask DisposeAsync()
    {
        if (Runs)
        {
            Terminate();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private void Append(string? line)
    {
        lock (output)
        {
            output.AppendLine(line);
        }
    }
}
