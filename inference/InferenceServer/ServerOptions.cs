using System.Globalization;

namespace LlmOps.Inference;

/// <summary>What the command line says.</summary>
internal sealed record ServerOptions
{
    private static readonly string[] WithValue =
    [
        "--model-dir", "--slot", "--urls", "--model", "--version", "--threads", "--rows", "--max-queue", "--max-queued-tokens", "--max-wait",
        "--request-timeout", "--drain-timeout", "--system-prompt", "--api-keys", "--model-root", "--response-cache",
    ];

    public required string ModelDir { get; init; }
    public required string Slot { get; init; }
    public string? Urls { get; init; }

    /// <summary>Name of the model where the folder has no <c>release.json</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Version of the model where the folder has no <c>release.json</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Threads that share one operator of the model; default 1, bounds 1 to 1024.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Requests that are worked on at a time; default 8, bounds 1 to 256.</summary>
    public int Rows { get; init; } = 8;

    /// <summary>Prompt tokens that may wait; default 100,000, bounds 1 to 100,000,000.</summary>
    public int MaxQueuedTokens { get; init; } = 100_000;

    /// <summary>Longest wait of a request before it is worked on; default 30 s, bounds 1 s to 3,600 s.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests that may wait; default 256, bounds 1 to 100,000.</summary>
    public int MaxQueue { get; init; } = 256;

    /// <summary>Longest time of a request; default 120 s, bounds 1 s to 3,600 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Longest time from SIGTERM to the end; default as long as a request may take, bounds 1 s to 3,600 s.</summary>
    public TimeSpan? DrainTimeout { get; init; }

    /// <summary>The same with the default applied: the longer of what a request may wait and may take.</summary>
    public TimeSpan Drain => DrainTimeout ?? (RequestTimeout > MaxWait ? RequestTimeout : MaxWait);

    /// <summary>Folder under which other versions may be loaded from while the server runs; null allows none.</summary>
    public string? ModelRoot { get; init; }

    /// <summary>What a chat without a system message begins with; null leaves it as it is.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>File of the keys that requests have to bear, by their hashes; null lets everybody in.</summary>
    public string? ApiKeys { get; init; }

    /// <summary>Memory for answers that are given again to the same request; default 0 MiB, which is off, bounds 0 to 65,536.</summary>
    public int ResponseCacheMiB { get; init; }

    public bool RequireRelease { get; init; }

    /// <summary>Whether faults may be injected.</summary>
    public bool Development { get; init; }

    /// <summary>Reads the arguments; a wrong one is named in the error.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    public static (ServerOptions? Options, string? Error) Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        Dictionary<string, string> given = [];
        for (int i = 0; i < args.Count; i++)
        {
            string name = args[i];
            if (name is "--require-release") given[name] = "true";
            else if (!WithValue.Contains(name)) return (null, $"unknown argument {name}");
            else if (++i == args.Count) return (null, $"{name} needs a value");
            else given[name] = args[i];
        }

        string? folder = given.GetValueOrDefault("--model-dir") ?? environment("LLMOPS_MODEL_DIR");
        string? slot = given.GetValueOrDefault("--slot") ?? environment("LLMOPS_SLOT");
        if (string.IsNullOrEmpty(folder)) return (null, "--model-dir or LLMOPS_MODEL_DIR is needed");
        if (slot is not ("blue" or "green")) return (null, "--slot or LLMOPS_SLOT must be blue or green");

        string? error = null;
        ServerOptions options = new()
        {
            ModelDir = folder,
            Slot = slot,
            Urls = given.GetValueOrDefault("--urls"),
            Model = given.GetValueOrDefault("--model"),
            Version = given.GetValueOrDefault("--version"),
            Threads = Whole("--threads", 1, 1024, 1),
            Rows = Whole("--rows", 1, 256, 8),
            MaxQueuedTokens = Whole("--max-queued-tokens", 1, 100_000_000, 100_000),
            MaxWait = TimeSpan.FromSeconds(Whole("--max-wait", 1, 3600, 30)),
            MaxQueue = Whole("--max-queue", 1, 100_000, 256),
            RequestTimeout = TimeSpan.FromSeconds(Whole("--request-timeout", 1, 3600, 120)),
            DrainTimeout = given.ContainsKey("--drain-timeout") ? TimeSpan.FromSeconds(Whole("--drain-timeout", 1, 3600, 0)) : null,
            ModelRoot = given.GetValueOrDefault("--model-root"),
            SystemPrompt = given.GetValueOrDefault("--system-prompt"),
            ApiKeys = given.GetValueOrDefault("--api-keys") ?? environment("LLMOPS_API_KEYS"),
            ResponseCacheMiB = Whole("--response-cache", 0, 65_536, 0),
            RequireRelease = given.ContainsKey("--require-release"),
            Development = environment("ASPNETCORE_ENVIRONMENT") == "Development",
        };
        if (options is { ModelRoot: not null, ApiKeys: null, Development: false }) error ??= "--model-root needs --api-keys: nobody may change without a key what is served";
        return error is null ? (options, null) : (null, error);

        int Whole(string name, int min, int max, int otherwise)
        {
            if (!given.TryGetValue(name, out string? text)) return otherwise;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max) return value;
            error ??= $"{name} must be a whole number from {min} to {max}";
            return otherwise;
        }
    }
}
