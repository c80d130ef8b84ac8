using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /v1/models</c></summary>
internal sealed class ListModels(ServedModel served)
{
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/models", http =>
            WireJson.WriteAsync(http, StatusCodes.Status200OK, new ModelList("list", [ModelCard.Of(served)])));
}
