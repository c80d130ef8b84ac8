namespace LlmOps.Inference.Models.Fetching;

/// <summary>How versions are fetched and where they are kept.</summary>
/// <param name="Cache">Folder of the versions fetched before.</param>
internal sealed record FetchOptions(string Cache)
{
    /// <summary>Requests at a time; default 8, bounds 1 to 64.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>Bytes of a file that are asked for at once: what a killed process loses of each request.</summary>
    public int ChunkBytes { get; init; } = 16 << 20;

    /// <summary>Files at a time; within one, its ranges share the connections.</summary>
    public int Files { get; init; } = 4;

    /// <summary>Tries of one request before the version counts as out of reach.</summary>
    public int Tries { get; init; } = 8;

    /// <summary>Pause after the first failed try; each further one is twice as long, with chance in it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause, also where the origin asks for a longer one.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an origin may send nothing.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two lines of progress in the log.</summary>
    public TimeSpan ReportEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that must stay free on the disk of the cache.</summary>
    public long Reserve { get; init; } = 64 << 20;

    /// <summary>Where versions are kept unless the command line says otherwise.</summary>
    public static string DefaultCache(Func<string, string?> environment)
    {
        string home = environment("XDG_CACHE_HOME") is { Length: > 0 } given ? given
            : environment("HOME") is { Length: > 0 } own ? Path.Combine(own, ".cache")
            : Path.GetTempPath();
        return Path.Combine(home, "llmops", "models");
    }
}
