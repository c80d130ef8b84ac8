using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Kubernetes;

/// <summary>
/// A slot that Knative runs: its Configuration, and the pods of all its revisions. The Route sends requests to the latest
/// revision that is ready: until that is the newest one, an earlier one serves in its place.
/// </summary>
public sealed record KnativeSlot(JsonElement Configuration, IReadOnlyList<JsonElement> Pods)
{
    /// <summary>Selects the pods of a Configuration.</summary>
    public static string Selector(string configuration) => $"serving.knative.dev/configuration={configuration}";

    public SlotStatus Status(Uri endpoint)
    {
        JsonElement annotations = Configuration.At("spec", "template", "metadata", "annotations");
        (string version, string digest) = PodTemplate.Release(annotations);
        int replicas = PodTemplate.Count(annotations.Text("autoscaling.knative.dev/min-scale") ?? annotations.Text("autoscaling.knative.dev/minScale"));
        bool observed = Configuration.Whole("status", "observedGeneration") >= Configuration.Whole("metadata", "generation");
        string? newest = observed ? Configuration.Text("status", "latestCreatedRevisionName") : null;
        string? served = Configuration.Text("status", "latestReadyRevisionName");
        bool serves = newest is not null && served == newest;
        return new SlotStatus(
            version, digest, replicas, serves ? ReadyPods(newest!) : 0, endpoint,
            // A revision without a pod is started by the first request: it counts as one.
            served is null || serves ? 0 : Math.Max(1, ReadyPods(served)));
    }

    private int ReadyPods(string revision) =>
        Pods.Count(pod => pod.Text("metadata", "labels", "serving.knative.dev/revision") == revision && PodState.IsReady(pod));
}
