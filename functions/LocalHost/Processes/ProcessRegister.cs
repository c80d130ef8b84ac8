using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Processes;

/// <summary>A child as written down: its number, its start in clock ticks since boot, and its arguments.</summary>
internal sealed record RegisteredProcess(int Pid, long StartTime, IReadOnlyList<string> Arguments)
{
    /// <summary>Whether that very process still runs, and not another that got its number.</summary>
    public bool Runs => ProcFs.StartTime(Pid) == StartTime && EndsWith(ProcFs.CommandLine(Pid), Arguments);

    private static bool EndsWith(IReadOnlyList<string> line, IReadOnlyList<string> arguments) =>
        line.Count >= arguments.Count && line.Skip(line.Count - arguments.Count).SequenceEqual(arguments);
}

/// <summary>The children that a parent started, in a file, so that the next start finds those that a SIGKILL left behind.</summary>
internal sealed class ProcessRegister(string file)
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, RegisteredProcess> processes = [];

    public void Add(RegisteredProcess process)
    {
        lock (gate)
        {
            processes[process.Pid] = process;
            Save();
        }
    }

    public void Remove(int pid)
    {
        lock (gate)
        {
            if (processes.Remove(pid))
            {
                Save();
            }
        }
    }

    /// <summary>SIGKILL for every child that is still there.</summary>
    public void KillAll()
    {
        lock (gate)
        {
            foreach (int pid in processes.Keys)
            {
                Posix.Signal(pid, Posix.Kill);
            }
        }
    }

    /// <summary>Ends what an earlier parent left running: asks, waits, kills. Returns how many there were.</summary>
    public async Task<int> EndOrphans(TimeSpan grace, TimeProvider clock, CancellationToken cancellation)
    {
        RegisteredProcess[] orphans = [.. Load().Where(process => process.Runs)];
        await Task.WhenAll(orphans.Select(orphan => End(orphan, grace, clock, cancellation)));
        return orphans.Length;
    }

    private static async Task End(RegisteredProcess orphan, TimeSpan grace, TimeProvider clock, CancellationToken cancellation)
    {
        Posix.Signal(orphan.Pid, Posix.Terminate);
        DateTimeOffset deadline = clock.GetUtcNow() + grace;
        while (orphan.Runs && clock.GetUtcNow() < deadline)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), clock, cancellation);
        }
        if (orphan.Runs)
        {
            Posix.Signal(orphan.Pid, Posix.Kill);
        }
    }

    private RegisteredProcess[] Load() =>
        File.Exists(file) ? JsonSerializer.Deserialize<RegisteredProcess[]>(File.ReadAllText(file), Wire.Json) ?? [] : [];

    private void Save() => WholeFile.Write(file, JsonSerializer.Serialize(processes.Values, Wire.Json));
}
