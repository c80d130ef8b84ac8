using System.Text.Json;

namespace LlmOps.Kubernetes;

/// <summary>What a pod says of itself.</summary>
internal static class PodState
{
    /// <summary>Ready, and not told to go.</summary>
    public static bool IsReady(JsonElement pod) => pod.Is("Ready") && !IsGoing(pod);

    public static bool IsGoing(JsonElement pod) => pod.At("metadata", "deletionTimestamp").ValueKind == JsonValueKind.String;

    /// <summary>The uid of what controls an object, such as a pod's ReplicaSet.</summary>
    public static string? Controller(JsonElement owned) =>
        owned.Items("metadata", "ownerReferences").FirstOrDefault(owner => owner.Flag("controller") == true).Text("uid");
}
