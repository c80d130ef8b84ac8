namespace LlmOps.Tests.Requirements;

/// <summary>Looks for tools on this machine.</summary>
internal static class Tools
{
    /// <summary>Why not all of these tools can be used, or null: also under CI=true, where what is missing must fail.</summary>
    public static string? FirstMissing(IEnumerable<Tool> tools) => Environment.GetEnvironmentVariable("CI") == "true"
        ? null
        : tools.Select(Missing).FirstOrDefault(reason => reason is not null);

    /// <summary>Why a tool cannot be used, or null where it can.</summary>
    public static string? Missing(Tool tool) => tool switch
    {
        Tool.Node => OnPath("node") ? null : "node is not on the PATH",
        Tool.Git => OnPath("git") ? null : "git is not on the PATH",
        Tool.Azurite => Missing(Tool.Node) ?? (Directory.Exists(AzuriteFolder) ? null : "azurite is not installed (npm ci in tests/LlmOps.Tests/Contracts)"),
        Tool.GitHubPayloads => Directory.Exists(GitHubPayloadFolder) ? null : "GitHub's example payloads are not installed (npm ci in tests/LlmOps.Tests/Contracts)",
        Tool.OpenSsl => OnPath("openssl") ? null : "openssl is not on the PATH",
        Tool.Prometheus => new[] { "prometheus", "prometheus-alertmanager" }.FirstOrDefault(program => !OnPath(program)) is { } missing
            ? $"{missing} is not on the PATH (package {missing})"
            : null,
        Tool.Promtool => OnPath("promtool") ? null : "promtool is not on the PATH (package prometheus)",
        Tool.OpenAiSdk => Missing(Tool.Node) ?? (Directory.Exists(OpenAiSdkFolder) ? null : "the openai package is not installed (npm ci in tests/LlmOps.Tests/Interop)"),
        Tool.Oracles => Missing(Tool.Node) ?? (Directory.Exists(OraclesFolder) ? null : "the oracles' packages are not installed (npm ci in tests/LlmOps.Tests/Interop/Oracles)"),
        Tool.Jinja2 => PythonWithJinja2 is not null ? null : "python3 has no jinja2 (package python3-jinja2)",
        Tool.WebhookVerifiers => Missing(Tool.Node) ?? (Directory.Exists(WebhookVerifierFolder) ? null : "the standardwebhooks package is not installed (npm ci in tests/LlmOps.Tests/Interop)"),
        Tool.InfraReaders => Missing(Tool.Node) ?? (Directory.Exists(BicepGrammarFolder) ? null : "the readers of Bicep and workflows are not installed (npm ci in tests/LlmOps.Tests/Infra)"),
        Tool.GitHubSchemas => Missing(Tool.Node) ?? (Directory.Exists(GitHubSchemaFolder) ? null : "GitHub's schemas are not installed (npm ci in tests/LlmOps.Tests/Interop/GitHub)"),
        Tool.Kustomize => !OnPath("kubectl") ? "kubectl is not on the PATH"
            : HasKustomize.Value ? null : "kubectl is too old: it has no Kustomize 5",
        Tool.ManifestSchemas => Missing(Tool.Node) ?? (Directory.Exists(SchemaFolder) ? null : "the schemas are not installed (npm ci in tests/LlmOps.Tests/Deploy)"),
        _ => throw new ArgumentOutOfRangeException(nameof(tool), tool, null),
    };

    /// <summary>The payloads that GitHub's own SDK is tested with.</summary>
    public static string GitHubPayloadFolder => Repository.At("tests", "LlmOps.Tests", "Contracts", "node_modules", "@octokit", "webhooks-examples");

    /// <summary>The emulator of Azure Storage.</summary>
    public static string AzuriteFolder => Repository.At("tests", "LlmOps.Tests", "Contracts", "node_modules", "azurite");

    /// <summary>A Python that has Jinja2: the PATH's, or the system's, for which alone a system's package is installed.</summary>
    public static string? PythonWithJinja2 => FoundPython.Value;

    private static readonly Lazy<string?> FoundPython = new(() => new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python =>
        OnPath(python) && Command.Run(python, ["-c", "import jinja2"]).GetAwaiter().GetResult().ExitCode == 0));

    // Older ones say nothing of Kustomize, or know no components.
    private static readonly Lazy<bool> HasKustomize = new(() =>
        Command.Run("kubectl", ["version", "--client"]).GetAwaiter().GetResult().Output.Contains("Kustomize Version: v5", StringComparison.Ordinal));

    private static string OpenAiSdkFolder => Repository.At("tests", "LlmOps.Tests", "Interop", "node_modules", "openai");

    private static string OraclesFolder => Repository.At("tests", "LlmOps.Tests", "Interop", "Oracles", "node_modules", "@huggingface");

    private static string WebhookVerifierFolder => Repository.At("tests", "LlmOps.Tests", "Interop", "node_modules", "standardwebhooks");

    private static string BicepGrammarFolder => Repository.At("tests", "LlmOps.Tests", "Infra", "node_modules", "tree-sitter-bicep");

    private static string GitHubSchemaFolder => Repository.At("tests", "LlmOps.Tests", "Interop", "GitHub", "node_modules", "@octokit", "openapi");

    private static string SchemaFolder => Repository.At("tests", "LlmOps.Tests", "Deploy", "node_modules", "kubernetes-models");

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program)));
}
