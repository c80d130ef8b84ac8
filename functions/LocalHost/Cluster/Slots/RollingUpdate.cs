using LlmOps.LocalHost.Cluster.Manifests;

namespace LlmOps.LocalHost.Cluster.Slots;

/// <summary>A pod as the plan sees it: its template's hash and whether it is ready. Pods that were told to go are not shown.</summary>
internal sealed record PlannedPod(string Name, string TemplateHash, bool Ready);

/// <summary>What a slot does next: how many pods of its template to start, and which pods to stop.</summary>
internal sealed record RollingPlan(int Start, IReadOnlyList<string> Stop);

/// <summary>A Deployment's RollingUpdate with maxSurge 1 and maxUnavailable 0: old pods go when they are not needed.</summary>
internal static class RollingUpdate
{
    private const int MaxSurge = 1;

    /// <summary>Plans from the pods, oldest first.</summary>
    public static RollingPlan Plan(SlotSpec spec, IReadOnlyList<PlannedPod> pods)
    {
        PlannedPod[] current = [.. pods.Where(pod => pod.TemplateHash == spec.Template.Hash)];
        PlannedPod[] old = [.. pods.Where(pod => pod.TemplateHash != spec.Template.Hash)];

        // Unready pods serve nobody and go first; then the youngest.
        PlannedPod[] surplus = [.. current.Reverse().OrderBy(pod => pod.Ready).Take(Math.Max(0, current.Length - spec.Replicas))];
        PlannedPod[] useless = [.. old.Where(pod => !pod.Ready)];
        int spare = Math.Max(0, pods.Except(surplus).Count(pod => pod.Ready) - spec.Replicas);
        PlannedPod[] replaced = [.. old.Where(pod => pod.Ready).Take(spare)];
        string[] stop = [.. surplus.Concat(useless).Concat(replaced).Select(pod => pod.Name)];

        int room = (old.Length == 0 ? spec.Replicas : spec.Replicas + MaxSurge) - (pods.Count - stop.Length);
        return new(Math.Clamp(spec.Replicas - current.Length, 0, Math.Max(0, room)), stop);
    }
}
