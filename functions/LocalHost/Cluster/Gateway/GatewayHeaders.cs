using Yarp.ReverseProxy.Forwarder;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>The headers that say who answered. What the gateway has said, a server that says it too does not repeat.</summary>
internal sealed class GatewayHeaders : HttpTransformer
{
    public const string Slot = "x-llmops-slot";
    public const string Version = "x-llmops-version";

    public override ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        foreach (string name in (string[])[Slot, Version])
        {
            if (httpContext.Response.Headers.ContainsKey(name))
            {
                proxyResponse?.Headers.Remove(name);
            }
        }
        return base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
    }
}
