using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /v1/models/{id}</c></summary>
internal sealed class ShowModel(ServedModel served)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/models/{id}", http =>
    {
        string id = (string)http.Request.RouteValues["id"]!;
        return served.Answers(id)
            ? WireJson.WriteAsync(http, StatusCodes.Status200OK, ModelCard.Of(served))
            : ApiError.UnknownModel(id).WriteAsync(http);
    });
}
