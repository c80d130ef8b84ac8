using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>How an API server is found and what it is shown.</summary>
internal interface IClusterAccess
{
    Task<ClusterAddress> Find(CancellationToken cancellation);

    /// <summary>A bearer token for the next call; null where a certificate says who calls.</summary>
    ValueTask<string?> Token(CancellationToken cancellation);
}
