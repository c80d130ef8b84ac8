using System.ComponentModel.DataAnnotations;
using LlmOps.Admission;

namespace LlmOps;

/// <summary>The control plane's settings. What concerns one model stands in its gates.yaml, in Git.</summary>
public sealed record ControlPlaneOptions
{
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
    [Required, MinLength(16)] public required string AlertmanagerToken { get; init; }

    /// <summary>The key of GitHub's HMAC.</summary>
    [Required, MinLength(16)] public required string GitHubSecret { get; init; }

    /// <summary>The key of Flux's HMAC.</summary>
    [Required, MinLength(16)] public required string FluxSecret { get; init; }

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
