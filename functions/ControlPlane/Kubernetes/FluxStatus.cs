using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOps.Ports;

namespace LlmOps.Kubernetes;

/// <summary>What a Kustomization of Flux says (fluxcd/kustomize-controller, docs/spec/v1/kustomizations.md).</summary>
public static partial class FluxStatus
{
    private const string RequestedAt = "reconcile.fluxcd.io/requestedAt";

    /// <summary>
    /// The SHA of the last revision whose objects were all applied, or null before the first. The controller writes
    /// `lastAppliedRevision` at the end of a reconciliation that applied and pruned everything and, with `wait` or
    /// `healthChecks`, saw it healthy; a later one that fails leaves it. So neither Ready nor observedGeneration is asked:
    /// while the next revision is applied, or while Flux is suspended, the last one still stands.
    /// </summary>
    public static string? AppliedRevision(JsonElement kustomization) =>
        kustomization.Text("status", "lastAppliedRevision") is { Length: > 0 } applied
            ? Sha(applied) ?? Sha(kustomization.Text("status", "lastAppliedOriginRevision") ?? "")
                ?? throw new ApiRefusedException($"Flux applied '{PlainText.OneLine(applied, 100)}', which names no commit of Git: the source must be a GitRepository, or an artifact that says its origin's revision")
            : null;

    /// <summary>Whether objects are being applied right now. ProgressingWithRetry is a failure that waits for its next turn.</summary>
    public static bool IsApplying(JsonElement kustomization) =>
        kustomization.Condition("Reconciling") is var state && state.Text("status") == "True" && state.Text("reason") == "Progressing";

    /// <summary>Where Flux takes the manifests from; throws for a source that is no repository.</summary>
    public static ApiCall Source(JsonElement kustomization, string space) => ApiCall.Get(
        kustomization.Text("spec", "sourceRef", "kind") switch
        {
            "GitRepository" => ApiResource.GitRepositories,
            "OCIRepository" => ApiResource.OciRepositories,
            var kind => throw new ApiRefusedException($"the Kustomization's source is a {PlainText.OneLine(kind ?? "", 50)}: only GitRepository and OCIRepository name a commit of Git"),
        },
        kustomization.Text("spec", "sourceRef", "namespace") ?? space,
        kustomization.Text("spec", "sourceRef", "name") ?? "");

    /// <summary>The patch that makes Flux look at a source now: any new value does, and comes back in lastHandledReconcileAt.</summary>
    public static JsonObject Request(string mark) => new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [RequestedAt] = mark } } };

    /// <summary>Whether a source has looked since it was asked, and could fetch.</summary>
    public static bool HasFetched(JsonElement source, string mark) => source.Text("status", "lastHandledReconcileAt") == mark && source.Is("Ready");

    /// <summary>Why Git is not applied, as an event of every slot; nothing while it is.</summary>
    public static IEnumerable<ClusterEvent> Problems(JsonElement kustomization, DateTimeOffset now)
    {
        if (kustomization.Flag("spec", "suspend") == true)
        {
            yield return new ClusterEvent(now, "Suspended", $"Kustomization {kustomization.Name()} is suspended: nothing of Git is applied");
        }
        if (kustomization.Condition("Ready") is var ready && ready.Text("status") == "False")
        {
            yield return new ClusterEvent(
                ready.Time("lastTransitionTime") ?? now, ready.Text("reason") ?? "NotReady", WorkloadEvents.Fit($"Kustomization {kustomization.Name()}: {ready.Text("message")}"));
        }
    }

    // `main@sha1:…`, of a commit alone `sha1:…`. The sha256 of an OCI artifact is no commit.
    private static string? Sha(string revision) => CommitForm().Match(revision) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex("(?:^|@)sha1:([0-9a-f]{40})$")]
    private static partial Regex CommitForm();
}
