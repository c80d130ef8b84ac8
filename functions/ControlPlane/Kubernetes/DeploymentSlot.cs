using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Kubernetes;

/// <summary>
/// A slot whose pods a Deployment runs. The Deployment is read first, then its ReplicaSets, its pods and the Service's
/// EndpointSlices: what changes meanwhile can only make it look less ready.
/// </summary>
public sealed record DeploymentSlot(
    JsonElement Deployment, IReadOnlyList<JsonElement> ReplicaSets, IReadOnlyList<JsonElement> Pods, IReadOnlyList<JsonElement> EndpointSlices)
{
    /// <summary>The label selector of a Deployment's pods and ReplicaSets, as a query writes it; null when it cannot be written so.</summary>
    public static string? Selector(JsonElement deployment) => PodTemplate.Selector(deployment.At("spec", "selector"));

    /// <summary>
    /// The slot's state. Ready are pods of the Deployment's present template, whatever the controller has seen of it yet,
    /// that the Service sends requests to. Pods of another workload that run the same, such as what an autoscaler adds to the
    /// slot, are neither ready nor earlier ones; all others that the Service sends requests to are earlier ones.
    /// </summary>
    public SlotStatus Status(Uri endpoint)
    {
        JsonElement template = Deployment.At("spec", "template");
        (string version, string digest) = PodTemplate.Release(template.At("metadata", "annotations"));
        List<JsonElement> current = PodsOf(set => PodState.Controller(set) == Deployment.Text("metadata", "uid") && PodTemplate.Same(set.At("spec", "template"), template));
        List<JsonElement> alike = PodsOf(set => PodTemplate.SameButLabels(set.At("spec", "template"), template));
        ServedPods served = ServedPods.Of(EndpointSlices);
        return new SlotStatus(
            version, digest, (int)(Deployment.Whole("spec", "replicas") ?? 1),
            current.Count(pod => PodState.IsReady(pod) && served.IsReady(pod.Name())),
            endpoint,
            served.OthersThan(current.Concat(alike).Select(pod => pod.Name()).ToHashSet(StringComparer.Ordinal)));
    }

    private List<JsonElement> PodsOf(Func<JsonElement, bool> isMeant)
    {
        HashSet<string?> sets = [.. ReplicaSets.Where(isMeant).Select(set => set.Text("metadata", "uid"))];
        return [.. Pods.Where(pod => PodState.Controller(pod) is { } owner && sets.Contains(owner))];
    }
}
