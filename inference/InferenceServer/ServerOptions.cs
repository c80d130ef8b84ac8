using System.Globalization;
using LlmOps.Inference.Models.Fetching;
using LlmOps.Inference.Telemetry.Otlp;

namespace LlmOps.Inference;

/// <summary>What the command line says.</summary>
internal sealed record ServerOptions
{
    private static readonly string[] WithValue =
    [
        "--model-dir", "--slot", "--urls", "--model", "--version", "--threads", "--rows", "--max-queue", "--max-queued-tokens", "--max-wait",
        "--request-timeout", "--drain-timeout", "--system-prompt", "--api-keys", "--model-root", "--model-uri", "--model-digest", "--model-cache",
        "--download-connections", "--log-format", "--response-cache", "--device",
    ];

    /// <summary>The version's folder; empty where it is fetched.</summary>
    public string ModelDir { get; init; } = "";

    /// <summary>Where the version is fetched from, if it is.</summary>
    public ModelSource.Origin? Origin { get; init; }

    /// <summary>The digest that the version must have, in lower-case hex; null leaves it open.</summary>
    public string? Digest { get; init; }

    public FetchOptions Fetch { get; init; } = new(FetchOptions.DefaultCache(_ => null));

    public required string Slot { get; init; }
    public string? Urls { get; init; }

    /// <summary>Name of the model where the folder has no <c>release.json</c>.</summary>
    public string? Model { get; init; }

    /// <summary>Version of the model where the folder has no <c>release.json</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Threads that share one operator of the model; default 1, for the process as many as it may use processors, bounds 1 to 1024.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Number of the CUDA device that models compute on; null, the default, is the processor.</summary>
    public int? Cuda { get; init; }

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

    /// <summary>Whether prompts and answers are logged, redacted.</summary>
    public bool LogPrompts { get; init; }

    /// <summary>Whether the log is JSON, a record a line; text otherwise.</summary>
    public bool JsonLog { get; init; }

    /// <summary>What is sent over OTLP.</summary>
    public OtlpSettings Otlp { get; init; } = new(Traces: false, Metrics: false);

    /// <summary>Looks up an environment variable, for OpenTelemetry's own.</summary>
    public Func<string, string?> Variables { get; init; } = _ => null;

    /// <summary>Memory for answers that are given again to the same request; default 0 MiB, which is off, bounds 0 to 65,536.</summary>
    public int ResponseCacheMiB { get; init; }

    public bool RequireRelease { get; init; }

    /// <summary>The model's name before its version is there: where versions are fetched from, it is the last part but one.</summary>
    public string ExpectedModel => Model ?? Origin?.Address.Segments.SkipLast(1).LastOrDefault()?.Trim('/') ?? "";

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
            if (name is "--require-release" or "--log-prompts") given[name] = "true";
            else if (!WithValue.Contains(name)) return (null, $"unknown argument {name.Split('=')[0]}"); // what follows may be a signature
            else if (++i == args.Count) return (null, $"{name} needs a value");
            else given[name] = args[i];
        }

        (ModelSource? source, string? wrong) = Source(given, environment);
        if (source is null) return (null, wrong);
        string? digest = (given.GetValueOrDefault("--model-digest") ?? environment("LLMOPS_MODEL_DIGEST"))?.Replace("sha256:", "", StringComparison.Ordinal);
        if (digest is { Length: > 0 } && (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower))) return (null, "--model-digest or LLMOPS_MODEL_DIGEST must be 64 lower-case hex digits");
        string? slot = given.GetValueOrDefault("--slot") ?? environment("LLMOPS_SLOT");
        if (slot is not ("blue" or "green")) return (null, "--slot or LLMOPS_SLOT must be blue or green");

        (OtlpSettings? otlp, string? error) = OtlpSettings.Read(environment);
        ServerOptions options = new()
        {
            ModelDir = (source as ModelSource.Folder)?.Path ?? "",
            Origin = source as ModelSource.Origin,
            Digest = digest is { Length: > 0 } ? digest : null,
            Fetch = new FetchOptions(given.GetValueOrDefault("--model-cache") ?? Set("LLMOPS_MODEL_CACHE") ?? FetchOptions.DefaultCache(environment))
            {
                Connections = Whole("--download-connections", 1, 64, 8),
            },
            Slot = slot,
            Urls = given.GetValueOrDefault("--urls"),
            Model = given.GetValueOrDefault("--model"),
            Version = given.GetValueOrDefault("--version"),
            Threads = Whole("--threads", 1, 1024, Environment.ProcessorCount),
            Cuda = Device(given.GetValueOrDefault("--device") ?? Set("LLMOPS_DEVICE") ?? "cpu"),
            Rows = Whole("--rows", 1, 256, 8),
            MaxQueuedTokens = Whole("--max-queued-tokens", 1, 100_000_000, 100_000),
            MaxWait = TimeSpan.FromSeconds(Whole("--max-wait", 1, 3600, 30)),
            MaxQueue = Whole("--max-queue", 1, 100_000, 256),
            RequestTimeout = TimeSpan.FromSeconds(Whole("--request-timeout", 1, 3600, 120)),
            DrainTimeout = given.ContainsKey("--drain-timeout") ? TimeSpan.FromSeconds(Whole("--drain-timeout", 1, 3600, 0)) : null,
            ModelRoot = given.GetValueOrDefault("--model-root"),
            SystemPrompt = given.GetValueOrDefault("--system-prompt"),
            ApiKeys = given.GetValueOrDefault("--api-keys") ?? environment("LLMOPS_API_KEYS"),
            LogPrompts = Choice("--log-prompts", "LLMOPS_LOG_PROMPTS", "false", "true") == "true",
            JsonLog = Choice("--log-format", "LLMOPS_LOG_FORMAT", "text", "json") == "json",
            Otlp = otlp ?? new(Traces: false, Metrics: false),
            Variables = environment,
            ResponseCacheMiB = Whole("--response-cache", 0, 65_536, 0),
            RequireRelease = given.ContainsKey("--require-release"),
            Development = environment("ASPNETCORE_ENVIRONMENT") == "Development",
        };
        if (options is { ModelRoot: not null, ApiKeys: null, Development: false }) error ??= "--model-root needs --api-keys: nobody may change without a key what is served";
        return error is null ? (options, null) : (null, error);

        string? Set(string name) => environment(name) is { Length: > 0 } value ? value : null;

        string Choice(string flag, string variable, string otherwise, string other)
        {
            string? value = given.GetValueOrDefault(flag) ?? environment(variable);
            if (string.IsNullOrEmpty(value) || value == otherwise) return otherwise;
            if (value != other) error ??= $"{flag} or {variable} must be {otherwise} or {other}";
            return value;
        }

        int? Device(string text)
        {
            if (text is "cpu" or "cuda") return text == "cpu" ? null : 0;
            if (text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int id)) return id;
            error ??= "--device or LLMOPS_DEVICE must be cpu, cuda or cuda:N";
            return null;
        }

        int Whole(string name, int min, int max, int otherwise)
        {
            if (!given.TryGetValue(name, out string? text)) return otherwise;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max) return value;
            error ??= $"{name} must be a whole number from {min} to {max}";
            return otherwise;
        }
    }

    // A flag counts before a variable; of both variables, the address.
    private static (ModelSource? Source, string? Error) Source(Dictionary<string, string> given, Func<string, string?> environment)
    {
        if (given.ContainsKey("--model-dir") && given.ContainsKey("--model-uri")) return (null, "--model-dir and --model-uri exclude each other");
        string? folder = given.GetValueOrDefault("--model-dir");
        string? uri = folder is null ? given.GetValueOrDefault("--model-uri") ?? environment("LLMOPS_MODEL_URI") : null;
        if (string.IsNullOrEmpty(uri)) folder ??= environment("LLMOPS_MODEL_DIR");
        if (folder is { Length: > 0 }) return (new ModelSource.Folder(folder), null);
        if (string.IsNullOrEmpty(uri)) return (null, "--model-dir or --model-uri, LLMOPS_MODEL_DIR or LLMOPS_MODEL_URI is needed");
        (ModelSource? source, string? error) = ModelSource.Parse(uri);
        return source is null ? (null, $"--model-uri {error}") : (source, null);
    }
}
