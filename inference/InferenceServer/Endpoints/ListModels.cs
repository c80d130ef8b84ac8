using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints;

/// <summary><c>GET /v1/models</c> and <c>GET /v1/models/{id}</c></summary>
internal sealed class ListModels(ServedModel served)
{
    private ModelCard Card => new(
        served.Name, "model", served.StartedAt.ToUnixTimeSeconds(), "llmops", served.Version, served.Digest, served.ContextLength);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", http => WireJson.WriteAsync(http, StatusCodes.Status200OK, new ModelList("list", [Card])));
        routes.MapGet("/v1/models/{id}", Show);
    }

    private Task Show(HttpContext http)
    {
        string id = (string)http.Request.RouteValues["id"]!;
        return served.Answers(id) ? WireJson.WriteAsync(http, StatusCodes.Status200OK, Card) : ApiError.UnknownModel(id).WriteAsync(http);
    }
}
