using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /health/live</c>: the process answers.</summary>
internal sealed class Live(LiveVersion live)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/health/live", http => WireJson.WriteAsync(http, StatusCodes.Status200OK, HealthReport.Of(live, "live")));
}
