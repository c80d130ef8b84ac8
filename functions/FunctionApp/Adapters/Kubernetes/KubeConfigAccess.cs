using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>The current context of a kubeconfig file, by its token or its client certificate.</summary>
internal sealed class KubeConfigAccess(string path) : IClusterAccess
{
    public async Task<ClusterAddress> Find(CancellationToken cancellation)
    {
        ClusterAddress address = KubeConfig.Read(await File.ReadAllTextAsync(path, cancellation));
        return address.Token is not null || address.Client is not null
            ? address
            : throw new ApiRefusedException("the kubeconfig's user has neither a token nor a client certificate; plugins are not run");
    }

    public async ValueTask<string?> Token(CancellationToken cancellation) => (await Find(cancellation)).Token;
}
