using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /v1/models/{id}</c></summary>
internal sealed class ShowModel(LiveVersion live)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/models/{id}", http =>
    {
        string id = (string)http.Request.RouteValues["id"]!;
        return live.Current is { } version && version.Model.Answers(id)
            ? WireJson.WriteAsync(http, StatusCodes.Status200OK, ModelCard.Of(version.Model))
            : ApiError.UnknownModel(id).WriteAsync(http);
    });
}
