using System.Text.Json;

namespace LlmOps.Kubernetes;

/// <summary>How many nodes of an AKS pool are ready.</summary>
public delegate Task<int> ReadyNodes(string pool, CancellationToken cancellation);

/// <summary>Counts the nodes of a pool as the scheduler sees them.</summary>
public static class CountNodes
{
    /// <summary>The labels that AKS gives a pool's nodes, the present one first.</summary>
    public static IReadOnlyList<string> Labels { get; } = ["kubernetes.azure.com/agentpool", "agentpool"];

    /// <summary>Those that are Ready and take pods: a node that is cordoned is on its way out.</summary>
    public static int Ready(IEnumerable<JsonElement> nodes) => nodes.Count(node => node.Is("Ready") && node.Flag("spec", "unschedulable") != true);
}
