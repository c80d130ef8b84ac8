using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>The service account of the pod that this runs in; the kubelet renews its files.</summary>
internal sealed class InClusterAccess(string folder, Func<string, string?> environment) : IClusterAccess
{
    /// <summary>Where a pod finds its service account (kubernetes.io, "Accessing the Kubernetes API from a Pod").</summary>
    public const string Mounted = "/var/run/secrets/kubernetes.io/serviceaccount";

    public async Task<ClusterAddress> Find(CancellationToken cancellation)
    {
        if (environment("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host || environment("KUBERNETES_SERVICE_PORT") is not { Length: > 0 } port)
        {
            throw new ApiRefusedException("Kubernetes:Access is InCluster, and this is no pod: KUBERNETES_SERVICE_HOST or _PORT is missing");
        }
        string name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return new ClusterAddress(new Uri($"https://{name}:{port}"), await File.ReadAllTextAsync(Path.Combine(folder, "ca.crt"), cancellation));
    }

    public async ValueTask<string?> Token(CancellationToken cancellation) => (await File.ReadAllTextAsync(Path.Combine(folder, "token"), cancellation)).Trim();
}
