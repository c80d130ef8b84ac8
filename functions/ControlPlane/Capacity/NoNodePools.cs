using LlmOps.Ports;

namespace LlmOps.Capacity;

/// <summary>What stands in where the host brings no adapter: no pool is known, so a release that needs GPUs says so and waits.</summary>
internal sealed class NoNodePools : INodePools
{
    public Task<NodePool?> Read(string pool, CancellationToken cancellation) => Task.FromResult<NodePool?>(null);

    public Task<ScaleOutcome> Scale(string pool, int nodes, CancellationToken cancellation) =>
        Task.FromResult(new ScaleOutcome("this host has no adapter for node pools"));
}
