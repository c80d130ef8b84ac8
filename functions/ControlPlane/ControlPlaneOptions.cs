using System.ComponentModel.DataAnnotations;
using LlmOps.Admission;

namespace LlmOps;

/// <summary>The control plane's settings. What concerns one model stands in its gates.yaml, in Git.</summary>
public sealed record ControlPlaneOptions : IValidatableObject
{
    private const int LeastSecret = 16;

    /// <summary>The branch that is reconciled.</summary>
    [Required] public string Branch { get; init; } = "main";

    /// <summary>How many commits back an idempotency key is looked for.</summary>
    [Range(10, 10_000)] public int HistoryDepth { get; init; } = 200;

    /// <summary>How long to wait before looking again at what has not happened yet.</summary>
    public TimeSpan Recheck { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How much evaluation one message does before it is stored and continued by the next.</summary>
    public TimeSpan EvaluationSlice { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the rollback may ask the warm slot before it goes without an answer.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a rollback waits for the Git host before it goes without it, where that is allowed.</summary>
    public TimeSpan GitPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The caps that an upload is held to.</summary>
    [Required] public AdmissionOptions Admission { get; init; } = new();

    /// <summary>What a node costs an hour, for the cost of a version's tokens; 0 where it is not known.</summary>
    [Range(0, 1_000_000)] public double NodeHourPrice { get; init; }

    /// <summary>The currency of <see cref="NodeHourPrice"/>; nothing is converted.</summary>
    [Required, RegularExpression("[A-Z]{3}")] public string Currency { get; init; } = "USD";

    /// <summary>The bearer token that Alertmanager shows.</summary>
    [Required, MinLength(LeastSecret)] public required string AlertmanagerToken { get; init; }

    /// <summary>Tokens that Alertmanager may still show while it is given a new one.</summary>
    public IReadOnlyList<string> PreviousAlertmanagerTokens { get; init; } = [];

    /// <summary>The key of GitHub's HMAC.</summary>
    [Required, MinLength(LeastSecret)] public required string GitHubSecret { get; init; }

    /// <summary>Keys that GitHub may still sign with while it is given a new one.</summary>
    public IReadOnlyList<string> PreviousGitHubSecrets { get; init; } = [];

    /// <summary>The key of Flux's HMAC.</summary>
    [Required, MinLength(LeastSecret)] public required string FluxSecret { get; init; }

    /// <summary>Keys that Flux may still sign with while it is given a new one.</summary>
    public IReadOnlyList<string> PreviousFluxSecrets { get; init; } = [];

    /// <summary>The GitOps repository as `owner/name`; what GitHub tells of others has no effect. Empty hears of all.</summary>
    public string GitHubRepository { get; init; } = "";

    /// <summary>Where people reach the control plane's API, for links in checks; null gives none.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Under which URI clients of MLflow's API find the container of models, e.g. `wasbs://models@ACCOUNT.blob.core.windows.net`.</summary>
    [Required] public string ModelsUri { get; init; } = "blob://models";

    /// <summary>Who is told of events.</summary>
    public IReadOnlyList<WebhookEndpoint> Webhooks { get; init; } = [];

    /// <summary>The signing secrets of webhooks (`whsec_` and base64 of 24 to 64 bytes), by the names that endpoints give.</summary>
    public IReadOnlyDictionary<string, string> WebhookSecrets { get; init; } = new Dictionary<string, string>();

    /// <summary>Networks (CIDR) that are not public and that webhooks may reach all the same; with a loopback network, `http` to loopback too.</summary>
    public IReadOnlyList<string> WebhookNetworks { get; init; } = [];

    /// <summary>How often an event is offered to an endpoint before it becomes a dead letter.</summary>
    [Range(1, 50)] public int WebhookAttempts { get; init; } = 10;

    /// <summary>How long an endpoint may take to answer.</summary>
    public TimeSpan WebhookTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Every token that Alertmanager may show now.</summary>
    internal IReadOnlyList<string> AlertmanagerTokens => [AlertmanagerToken, .. PreviousAlertmanagerTokens.Where(IsSet)];

    /// <summary>Every key that GitHub may sign with now.</summary>
    internal IReadOnlyList<string> GitHubSecrets => [GitHubSecret, .. PreviousGitHubSecrets.Where(IsSet)];

    /// <summary>Every key that Flux may sign with now.</summary>
    internal IReadOnlyList<string> FluxSecrets => [FluxSecret, .. PreviousFluxSecrets.Where(IsSet)];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        (string Name, IReadOnlyList<string> Secrets)[] lists =
        [
            (nameof(PreviousAlertmanagerTokens), PreviousAlertmanagerTokens), (nameof(PreviousGitHubSecrets), PreviousGitHubSecrets),
            (nameof(PreviousFluxSecrets), PreviousFluxSecrets),
        ];
        if (PublicUrl is { IsAbsoluteUri: false })
        {
            yield return new ValidationResult($"{nameof(PublicUrl)}: give an absolute address, such as https://llmops.example");
        }
        if (!Uri.TryCreate(ModelsUri, UriKind.Absolute, out _))
        {
            yield return new ValidationResult($"{nameof(ModelsUri)}: give a URI, such as wasbs://models@ACCOUNT.blob.core.windows.net");
        }
        (string Name, TimeSpan Value)[] times =
        [
            (nameof(Recheck), Recheck), (nameof(EvaluationSlice), EvaluationSlice), (nameof(ProbeTimeout), ProbeTimeout), (nameof(GitPatience), GitPatience),
            (nameof(WebhookTimeout), WebhookTimeout),
        ];
        foreach ((string name, _) in times.Where(time => time.Value <= TimeSpan.Zero))
        {
            yield return new ValidationResult($"{name}: give a time over zero");
        }
        foreach ((string name, IReadOnlyList<string> secrets) in lists)
        {
            if (secrets.Any(secret => IsSet(secret) && secret.Length < LeastSecret))
            {
                yield return new ValidationResult($"{name}: a secret has at least {LeastSecret} characters");
            }
        }
    }

    // A setting that is there and empty is one that is not used: it must never become a key that anybody knows.
    private static bool IsSet(string secret) => !string.IsNullOrEmpty(secret);
}

/// <summary>Somebody who is told of events by HTTP.</summary>
public sealed record WebhookEndpoint
{
    /// <summary>Names it in records and in the API: [a-z0-9-], at most 40 characters.</summary>
    public string Name { get; init; } = "";

    public string Url { get; init; } = "";

    /// <summary>What it is told of: names of events, with `*` at the end for all that begin so; without any, all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>`mlflow`, `cloudevents` (structured) or `cloudevents-binary`.</summary>
    public string Format { get; init; } = "mlflow";

    /// <summary>The names of its secrets, the newest first: each signs, so that receivers can change from one to the next.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}
