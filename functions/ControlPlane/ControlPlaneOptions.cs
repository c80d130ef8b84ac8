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

    /// <summary>The bearer token that Alertmanager shows.</summary>
    [Required, MinLength(16)] public required string AlertmanagerToken { get; init; }

    /// <summary>The key of GitHub's HMAC.</summary>
    [Required, MinLength(16)] public required string GitHubSecret { get; init; }

    /// <summary>The key of Flux's HMAC.</summary>
    [Required, MinLength(16)] public required string FluxSecret { get; init; }
}
