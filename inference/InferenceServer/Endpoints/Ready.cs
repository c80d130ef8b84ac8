using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /health/ready</c>: the model is loaded and warmed up, and the process wants traffic. Says too how a change of the version goes.</summary>
internal sealed class Ready(LiveVersion live, OneChange change)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/health/ready", http =>
    {
        EngineState? state = live.Current?.Engine.State;
        int status = state == EngineState.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        string told = state?.ToString().ToLowerInvariant() ?? (change.UnderWay ? "loading" : "unloaded");
        return WireJson.WriteAsync(http, status, HealthReport.Of(live, told) with
        {
            Reason = state is null ? LiveVersion.Unloaded : null,
            Change = change.Last,
        });
    });
}
