using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /v1/models</c></summary>
internal sealed class ListModels(LiveVersion live)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/models", http =>
            WireJson.WriteAsync(http, StatusCodes.Status200OK, new ModelList("list", live.Current is { } version ? [ModelCard.Of(version.Model)] : [])));
}
