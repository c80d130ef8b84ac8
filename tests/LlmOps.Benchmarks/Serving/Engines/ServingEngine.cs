using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace LlmOps.Benchmarks.Serving.Engines;

/// <summary>An engine in a process of its own, which can be stopped in its tracks while another one is measured.</summary>
internal abstract class ServingEngine(string name, string precision, Process process) : IDisposable
{
    private const int Stop = 19, Continue = 18;

    /// <summary>The name that the results bear.</summary>
    public string Name => name;

    public string Precision => precision;

    /// <summary>What exactly was measured, with its version.</summary>
    public abstract string Description { get; }

    /// <summary>Most memory that the process has held so far, in MB.</summary>
    public double PeakMemoryMB => Kilobytes("VmHWM") / 1024.0;

    protected Process Process => process;

    /// <summary>Answers all prompts at once, greedily, with so many tokens each.</summary>
    public abstract Task<IReadOnlyList<StreamTimes>> Answer(Burst burst);

    /// <summary>Takes the processor from it: threads that spin while they wait would disturb the others.</summary>
    public void Pause() => Signal(Stop);

    public void Resume() => Signal(Continue);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private void Signal(int signal)
    {
        if (SendSignal(process.Id, signal) != 0) throw new InvalidOperationException($"{name} has gone");
    }

    private double Kilobytes(string field)
    {
        string line = File.ReadLines($"/proc/{process.Id}/status").First(one => one.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SendSignal(int process, int signal);
}
