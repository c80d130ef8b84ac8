namespace LlmOps.Ports;

/// <summary>The nodes that the cluster has, where the cloud that starts them does not say whether they are ready.</summary>
public interface IReadyNodes
{
    /// <summary>How many nodes of a pool take pods now.</summary>
    Task<int> Count(string pool, CancellationToken cancellation);
}
