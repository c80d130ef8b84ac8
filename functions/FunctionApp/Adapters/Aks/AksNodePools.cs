using Azure;
using Azure.Core;
using Azure.ResourceManager;
using Azure.ResourceManager.ContainerService;
using LlmOps.Capacity;
using LlmOps.Kubernetes;
using LlmOps.Ports;

namespace LlmOps.FunctionApp.Adapters.Aks;

/// <summary>The agent pools of an AKS cluster. Only those whose GPUs a node the settings name are read or changed.</summary>
public sealed class AksNodePools(
    ArmClient azure, ResourceIdentifier cluster, IReadOnlyDictionary<string, int> gpusPerNode, ReadyNodes? nodes = null) : INodePools
{
    public async Task<NodePool?> Read(string pool, CancellationToken cancellation)
    {
        if (!gpusPerNode.TryGetValue(pool, out int gpus) || await Find(pool, cancellation) is not { } found)
        {
            return null;
        }
        AgentPool state = State(found.Data);
        int ready = nodes is null ? state.AssumedReady : await nodes(pool, cancellation);
        return new NodePool(pool, state.Wanted(ready), ready, gpus);
    }

    // Whoever else changes a pool, its autoscaler's bounds say, is not at it all the time.
    private const int MostReads = 3;

    public async Task<ScaleOutcome> Scale(string pool, int nodes, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(nodes);
        for (int reads = 1; ; reads++)
        {
            if (await ScaleAsRead(pool, nodes, last: reads == MostReads, cancellation) is { } outcome)
            {
                return outcome;
            }
        }
    }

    /// <summary>What came of it, or null where the pool is another by now and is to be read again.</summary>
    private async Task<ScaleOutcome?> ScaleAsRead(string pool, int nodes, bool last, CancellationToken cancellation)
    {
        if (!gpusPerNode.ContainsKey(pool) || await Find(pool, cancellation) is not { } found)
        {
            return new ScaleOutcome($"there is no node pool {pool}");
        }
        ContainerServiceAgentPoolData data = found.Data;
        switch (State(data).Ask(nodes))
        {
            case AgentPoolChange.None:
                return new ScaleOutcome(null);
            case AgentPoolChange.Refuse refusal:
                return new ScaleOutcome(refusal.Reason);
            case AgentPoolChange.SetCount change:
                data.Count = change.Nodes;
                break;
            case AgentPoolChange.SetLeast change:
                (data.MinCount, data.Count) = (change.Least, change.Count);
                break;
        }
        return await Update(found, data, last, cancellation);
    }

    private static async Task<ScaleOutcome?> Update(
        ContainerServiceAgentPoolResource pool, ContainerServiceAgentPoolData data, bool last, CancellationToken cancellation)
    {
        try
        {
            // The request writes the whole pool, so that it must still be the one that was read (If-Match, API 2025-10-01).
            await pool.UpdateAsync(WaitUntil.Started, data, ifMatch: data.ETag?.ToString(), cancellationToken: cancellation);
            return new ScaleOutcome(null);
        }
        catch (RequestFailedException failure) when (!last && AgentPoolChange.IsStale(failure.Status))
        {
            return null;
        }
        catch (RequestFailedException failure) when (AgentPoolChange.Refusal(failure.Status, failure.ErrorCode, failure.Message) is { } refusal)
        {
            return new ScaleOutcome(refusal);
        }
    }

    private async Task<ContainerServiceAgentPoolResource?> Find(string pool, CancellationToken cancellation)
    {
        ResourceIdentifier id = ContainerServiceAgentPoolResource.CreateResourceIdentifier(
            cluster.SubscriptionId!, cluster.ResourceGroupName!, cluster.Name, pool);
        try
        {
            return await azure.GetContainerServiceAgentPoolResource(id).GetAsync(cancellation);
        }
        catch (RequestFailedException failure) when (failure.Status == 404)
        {
            return null;
        }
    }

    private static AgentPool State(ContainerServiceAgentPoolData data) => new(
        data.Name, data.Count ?? 0, data.EnableAutoScaling ?? false, data.MinCount ?? 0, data.MaxCount ?? 0, data.ProvisioningState);
}
