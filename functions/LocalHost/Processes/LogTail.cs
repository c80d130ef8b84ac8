namespace LlmOps.LocalHost.Processes;

/// <summary>The end of a log file.</summary>
internal static class LogTail
{
    private const int MaxBytes = 4096;

    /// <summary>The last lines, at most <paramref name="lines"/> of them out of the last 4 KiB; empty without a file.</summary>
    public static IReadOnlyList<string> Read(string path, int lines)
    {
        if (!File.Exists(path))
        {
            return [];
        }
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Seek(-Math.Min(file.Length, MaxBytes), SeekOrigin.End);
        using StreamReader reader = new(file);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(lines)];
    }
}
