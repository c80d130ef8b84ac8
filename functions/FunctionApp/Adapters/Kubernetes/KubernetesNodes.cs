using System.Text.Json;
using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>The nodes of AKS pools as the cluster sees them: a virtual machine that Azure counts may not have joined yet.</summary>
internal sealed class KubernetesNodes(KubernetesApi api)
{
    /// <summary>How many nodes of a pool are ready; 0 of one that has none.</summary>
    public async Task<int> Ready(string pool, CancellationToken cancellation)
    {
        foreach (string label in CountNodes.Labels)
        {
            if (await api.List(ApiResource.Nodes, null, cancellation, $"{label}={pool}") is { Count: > 0 } nodes)
            {
                return CountNodes.Ready(nodes);
            }
        }
        return 0;
    }
}
