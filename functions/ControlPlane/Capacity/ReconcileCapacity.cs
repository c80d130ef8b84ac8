using LlmOps.Ports;
using Microsoft.Extensions.Logging;

namespace LlmOps.Capacity;

/// <summary>
/// Brings each pool to what Git promises and its schedule asks for. Nodes are given back once the cluster runs the revision
/// that emptied their slot, whatever ended the release.
/// </summary>
public sealed partial class ReconcileCapacity(CountCapacity count, INodePools pools, ILogger<ReconcileCapacity> logger)
{
    public async Task Handle(CancellationToken cancellation)
    {
        CapacityCount counted = await count.Handle(cancellation);
        foreach (PoolNeed need in counted.Pools.Values)
        {
            NodePool? pool = await pools.Read(need.Pool, cancellation);
            switch (CapacityDecision.Decide(pool, need, mayShrink: counted.Unknown.Count == 0))
            {
                case CapacityDecision.Scale scale:
                    ScaleOutcome outcome = await pools.Scale(need.Pool, scale.Nodes, cancellation);
                    Log.Scaled(logger, need.Pool, pool!.WantedNodes, scale.Nodes, outcome.Refusal ?? scale.Reason);
                    break;
                case CapacityDecision.Refuse refusal:
                    Log.Refused(logger, refusal.Reason);
                    break;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Pool {Pool}: from {Before} to {Nodes} nodes: {Reason}")]
        public static partial void Scaled(ILogger logger, string pool, int before, int nodes, string reason);

        [LoggerMessage(2, LogLevel.Warning, "No capacity: {Reason}")]
        public static partial void Refused(ILogger logger, string reason);
    }
}
