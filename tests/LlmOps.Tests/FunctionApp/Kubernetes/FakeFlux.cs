using System.Text.Json.Nodes;
using LlmOps.Kubernetes;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>
/// A fake of Flux' source and kustomize controllers over a fake API server: fetches when asked, applies `apps/` whole and
/// writes what the real ones write to status. It knows no SOPS, health checks or pruning.
/// </summary>
internal sealed class FakeFlux(FakeApiServer api, MemoryGit git, FakeDeployments deployments)
{
    public const string Space = "flux-system";

    private static readonly Dictionary<string, ApiResource> Kinds = new()
    {
        ["Deployment"] = ApiResource.Deployments, ["HTTPRoute"] = ApiResource.HttpRoutes, ["VirtualService"] = ApiResource.VirtualServices,
        ["InferenceService"] = ApiResource.InferenceServices, ["LLMInferenceService"] = ApiResource.LlmInferenceServices, ["Route"] = ApiResource.KnativeRoutes,
        ["GitRepository"] = ApiResource.GitRepositories, ["Kustomization"] = ApiResource.Kustomizations,
    };

    /// <summary>While set, Git cannot be fetched.</summary>
    public bool FetchFails { get; set; }

    /// <summary>While set, nobody tells Flux of anything: requests are stored and not handled.</summary>
    public bool Stopped { get; set; }

    /// <summary>Installs the objects that are shipped for Flux, and handles what is patched into them.</summary>
    public void Install()
    {
        foreach (JsonObject one in YamlJson.Read(Repository.Text("inference/deploy/clusters/production/flux.yaml")).Where(one => Kinds.ContainsKey((string)one["kind"]!)))
        {
            api.Put(Kinds[(string)one["kind"]!], one);
        }
        api.Patched = call =>
        {
            if (!Stopped && call.Namespace == Space)
            {
                Run();
            }
        };
    }

    public JsonObject Kustomization => api.Find(ApiResource.Kustomizations, Space, "llmops-apps")!;

    public JsonObject Source => api.Find(ApiResource.GitRepositories, Space, "llmops")!;

    /// <summary>Whether Git is fetched only because it is time to.</summary>
    public void Run(bool interval = false)
    {
        JsonObject source = Source;
        string? asked = (string?)source["metadata"]!["annotations"]?["reconcile.fluxcd.io/requestedAt"];
        if (interval || (asked is not null && asked != (string?)source["status"]?["lastHandledReconcileAt"]))
        {
            JsonObject status = (JsonObject?)source["status"] ?? [];
            status["lastHandledReconcileAt"] = asked;
            bool fails = FetchFails || git.Away;
            status["conditions"] = Condition("Ready", fails ? "False" : "True", fails ? "GitOperationFailed" : "Succeeded", "");
            if (!fails)
            {
                status["artifact"] = new JsonObject { ["revision"] = $"main@sha1:{git.HeadSha}" };
            }
            source["status"] = status.DeepClone();
            api.Put(ApiResource.GitRepositories, source);
        }
        Apply((string?)source["status"]?["artifact"]?["revision"]);
    }

    /// <summary>Applies what was fetched, as a reconciliation that was under way when it was suspended does too.</summary>
    public void Apply(string? revision, bool whatever = false)
    {
        JsonObject kustomization = Kustomization;
        if (revision is null || (!whatever && (bool?)kustomization["spec"]!["suspend"] == true))
        {
            return;
        }
        foreach ((string path, string text) in git.Commits.Last(one => revision.EndsWith(one.Commit.Sha, StringComparison.Ordinal)).Files)
        {
            if (path.StartsWith("apps/", StringComparison.Ordinal) && path.Split('/')[^1] is "blue.yaml" or "green.yaml" or "route.yaml")
            {
                ApplyFile(text);
            }
        }
        deployments.Run();
        kustomization["status"] = new JsonObject
        {
            ["observedGeneration"] = kustomization["metadata"]!["generation"]!.DeepClone(),
            ["lastAppliedRevision"] = revision, ["lastAttemptedRevision"] = revision,
            ["conditions"] = Condition("Ready", "True", "ReconciliationSucceeded", $"Applied revision: {revision}"),
        };
        api.Put(ApiResource.Kustomizations, kustomization);
    }

    private void ApplyFile(string text)
    {
        foreach (JsonObject one in YamlJson.Read(text).Where(one => Kinds.ContainsKey((string)one["kind"]!)))
        {
            one["metadata"]!["namespace"] = "llmops";
            api.Put(Kinds[(string)one["kind"]!], one);
        }
    }

    private static JsonArray Condition(string type, string status, string reason, string message) =>
        [new JsonObject { ["type"] = type, ["status"] = status, ["reason"] = reason, ["message"] = message, ["lastTransitionTime"] = "2026-08-22T10:00:00Z" }];
}
