using System.Globalization;
using LlmOps.LocalHost.Processes;

namespace LlmOps.Tests.Stories;

/// <summary>Processes that name a folder in their arguments: what a stack that has ended must not leave.</summary>
internal static class Leftovers
{
    /// <summary>Looks for a while, since a process that was told to end may take a moment; returns what stays.</summary>
    public static async Task<IReadOnlyList<string>> After(string folder, TimeSpan patience)
    {
        DateTimeOffset deadline = DateTimeOffset.UtcNow + patience;
        IReadOnlyList<string> left = Of(folder);
        while (left.Count > 0 && DateTimeOffset.UtcNow < deadline)
        {
            await Task.Delay(100);
            left = Of(folder);
        }
        return left;
    }

    public static IReadOnlyList<string> Of(string folder) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int pid) ? pid : 0)
            .Where(pid => pid != 0 && pid != Environment.ProcessId && ProcFs.StartTime(pid) is not null)
            .Select(pid => string.Join(' ', ProcFs.CommandLine(pid)))
            .Where(line => line.Contains(folder, StringComparison.Ordinal)),
    ];
}
