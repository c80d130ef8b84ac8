using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models.Fetching;

namespace LlmOps.Inference.Endpoints;

/// <summary>
/// <c>GET /health/ready</c>: the model is loaded and warmed up, and the process wants traffic. Says too how far a download is and how a
/// change of the version goes.
/// </summary>
internal sealed class Ready(LiveVersion live, OneChange change, FetchProgress progress)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/health/ready", http =>
    {
        EngineState? state = live.Current?.Engine.State;
        int status = state == EngineState.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        if (state is null && progress.Now is { } fetching) return WireJson.WriteAsync(http, status, HealthReport.Of(live, fetching));
        bool first = live.LastServed is null;
        string told = state?.ToString().ToLowerInvariant() ?? (first || change.UnderWay ? "loading" : "unloaded");
        return WireJson.WriteAsync(http, status, HealthReport.Of(live, told) with
        {
            Reason = state is null && !first ? LiveVersion.Unloaded : null,
            Change = change.Last,
        });
    });
}
