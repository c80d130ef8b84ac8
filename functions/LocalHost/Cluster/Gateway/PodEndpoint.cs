namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>A ready pod as the gateway knows it, with the counters that its requests go into.</summary>
internal sealed record PodEndpoint(string Address, string Version, RequestSeries Series);
