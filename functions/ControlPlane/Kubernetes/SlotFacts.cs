using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Kubernetes;

/// <summary>What was read of a slot: where its pods are, and its workload where there is one.</summary>
public sealed record SlotFacts(SlotPlace Place, DeploymentSlot? Deployment, KnativeSlot? Knative)
{
    /// <summary>The state of the slot; null when its Deployment or Configuration is not there and nothing else declares it.</summary>
    public SlotStatus? Status(Uri endpoint) => Deployment?.Status(endpoint) ?? Knative?.Status(endpoint) ?? Place.Declared?.Status(endpoint);

    public IReadOnlyList<JsonElement> Pods => Deployment?.Pods ?? Knative?.Pods ?? [];

    public IReadOnlyList<string> ReplicaSets => [.. (Deployment?.ReplicaSets ?? []).Select(set => set.Name())];

    /// <summary>The names of the objects whose events are the slot's, its own object's included.</summary>
    public IReadOnlySet<string> Names(string own) => new[] { own, Place.Deployment ?? Place.Configuration! }
        .Concat(ReplicaSets).Concat(Pods.Select(pod => pod.Name())).ToHashSet(StringComparer.Ordinal);
}
