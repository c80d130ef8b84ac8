using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /metrics</c> for Prometheus.</summary>
internal sealed class Metrics(VersionMetrics metrics)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", http =>
    {
        http.Response.ContentType = ServerMetrics.ContentType;
        return http.Response.WriteAsync(metrics.Exposition(), http.RequestAborted);
    });
}
