using System.Globalization;

namespace LlmOps.LocalHost.Processes;

/// <summary>What Linux says of a process: enough to tell it from a later one that got its number.</summary>
internal static class ProcFs
{
    private const int StateField = 0;
    private const int StartTimeField = 19;

    /// <summary>When the process started, in clock ticks since boot, or null when it is gone or only waits to be reaped.</summary>
    public static long? StartTime(int pid)
    {
        if (Read($"/proc/{pid}/stat") is not { Length: > 0 } stat)
        {
            return null;
        }
        // The second field is the program's name in parentheses and may hold anything; the rest follows its last one.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[StateField] is "Z" or "X" ? null : long.Parse(fields[StartTimeField], CultureInfo.InvariantCulture);
    }

    /// <summary>The process's arguments, the program first; empty when it is gone.</summary>
    public static IReadOnlyList<string> CommandLine(int pid) =>
        Read($"/proc/{pid}/cmdline") is { Length: > 0 } line ? line.TrimEnd('\0').Split('\0') : [];

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
