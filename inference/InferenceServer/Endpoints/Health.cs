using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /health/live</c>: the process answers. <c>GET /health/ready</c>: it wants traffic.</summary>
internal sealed class Health(ServedModel served, InferenceEngine engine)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", http => Write(http, StatusCodes.Status200OK, "live"));
        routes.MapGet("/health/ready", Ready);
    }

    private Task Ready(HttpContext http)
    {
        EngineState state = engine.State;
        int status = state == EngineState.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Write(http, status, state.ToString().ToLowerInvariant());
    }

    private Task Write(HttpContext http, int code, string status) =>
        WireJson.WriteAsync(http, code, new Readiness(status, served.Name, served.Version, served.Digest, served.Slot));
}
