using System.Globalization;

namespace LlmOps.Inference.Models;

/// <summary>Memory that this process can still be given.</summary>
/// <param name="Bytes">How much.</param>
/// <param name="Source">Who says so, for error texts.</param>
internal sealed record AvailableMemory(long Bytes, string Source)
{
    private const string Groups = "/sys/fs/cgroup";

    /// <summary>
    /// The least of what the machine has available (MemAvailable) and what the limits of this process's control group and of those above
    /// it leave. Pages of files that nobody has used lately count as free, since the kernel takes them back first.
    /// </summary>
    public static AvailableMemory Now() => From(path => File.Exists(path) ? File.ReadAllText(path) : null);

    /// <summary>The same from other files, for tests.</summary>
    /// <param name="read">The text of a file, or null where there is none.</param>
    public static AvailableMemory From(Func<string, string?> read)
    {
        List<AvailableMemory> said = [];
        if (Field(read("/proc/meminfo"), "MemAvailable:") is { } kibibytes) said.Add(new AvailableMemory(kibibytes * 1024, "MemAvailable"));
        foreach (string line in (read("/proc/self/cgroup") ?? "").Split('\n'))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path]) continue;
            if (controllers.Length == 0) said.AddRange(Limits(read, Groups, path, "memory.max", "memory.current", "inactive_file"));
            else if (controllers.Split(',').Contains("memory")) said.AddRange(Limits(read, Groups + "/memory", path, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"));
        }
        if (said.Count > 0) return said.MinBy(one => one.Bytes)!;
        // Not Linux.
        GCMemoryInfo runtime = GC.GetGCMemoryInfo();
        return new AvailableMemory(Math.Max(0, runtime.TotalAvailableMemoryBytes - runtime.MemoryLoadBytes), ".NET's view of the machine");
    }

    // A container sees its own group as the root, or the host's path of it with only the root mounted: all parts are tried.
    private static IEnumerable<AvailableMemory> Limits(Func<string, string?> read, string root, string path, string limitFile, string usageFile, string inactive)
    {
        for (string at = path.TrimEnd('/'); ; at = at[..at.LastIndexOf('/')])
        {
            string group = root + at;
            if (Number(read($"{group}/{limitFile}")) is { } limit && Number(read($"{group}/{usageFile}")) is { } usage)
            {
                long reclaimable = Field(read($"{group}/memory.stat"), inactive) ?? 0;
                yield return new AvailableMemory(Math.Max(0, limit - usage + reclaimable), $"control group's limit of {limit / (1024 * 1024)} MiB");
            }
            if (!at.Contains('/', StringComparison.Ordinal)) yield break;
        }
    }

    private static long? Field(string? text, string name)
    {
        string? line = text?.Split('\n').FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "\t", StringComparison.Ordinal));
        return Number(line?[name.Length..].Replace("kB", "", StringComparison.Ordinal));
    }

    // No limit is "max", or a number near the largest.
    private static long? Number(string? text) =>
        long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number < long.MaxValue / 2 ? number : null;
}
