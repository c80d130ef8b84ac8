namespace LlmOps.Doctor;

/// <summary>A file of the GitOps repository: its path from the root, and its text.</summary>
public sealed record SetupText(string Path, string Text);

/// <summary>
/// A document found in a file. Its kind is `Alertmanager`, `Prometheus` or `Rules` for those configurations, else
/// `group/Kind` of a Kubernetes object, or empty for anything else.
/// </summary>
internal sealed record SetupDocument(string Kind, Place Root)
{
    public string Name => Root.At("metadata", "name").Text ?? "";
}

/// <summary>The kinds of documents that matter to a rollback.</summary>
internal static class SetupKinds
{
    public const string Alertmanager = "Alertmanager";
    public const string Prometheus = "Prometheus";
    public const string Rules = "Rules";
    public const string Deployment = "apps/Deployment";
    public const string HttpRoute = "gateway.networking.k8s.io/HTTPRoute";
    public const string GitRepository = "source.toolkit.fluxcd.io/GitRepository";
    public const string Kustomization = "kustomize.toolkit.fluxcd.io/Kustomization";
    public const string Receiver = "notification.toolkit.fluxcd.io/Receiver";
    public const string Provider = "notification.toolkit.fluxcd.io/Provider";
    public const string Alert = "notification.toolkit.fluxcd.io/Alert";

    /// <summary>What a document is, by its own words rather than by its file's name.</summary>
    public static string Of(Place root)
    {
        if (root.At("kind").Text is { } kind && root.At("apiVersion").Text is { } version)
        {
            return $"{(version.Contains('/', StringComparison.Ordinal) ? version.Split('/')[0] : "core")}/{kind}";
        }
        return root.At("route").Exists && root.At("receivers").Exists ? Alertmanager
            : root.At("tests").Exists ? ""
            : root.At("scrape_configs").Exists || root.At("alerting").Exists || root.At("rule_files").Exists ? Prometheus
            : root.At("groups").Exists ? Rules
            : "";
    }
}
