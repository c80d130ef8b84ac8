using System.Text.Json;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.OpenInference.Repository;

/// <summary><c>POST /v2/repository/models/{model}/unload</c>: serves nothing until something is loaded again.</summary>
internal sealed class UnloadModel(LiveVersion live, UnloadVersion unload)
{
    private const string Wait = "wait_for_drain";

    // Triton's; a model has none here.
    private const string Dependents = "unload_dependents";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v2/repository/models/{model}/unload", Handle);

    private async Task Handle(HttpContext http)
    {
        (JsonElement body, ApiError? refusal) = await RepositoryBody.Read(http);
        RequestFields parameters = refusal is null ? RepositoryBody.Parameters(body, Wait, Dependents) : new RequestFields(body);
        bool wait = refusal is null && parameters.Flag(Wait);
        refusal ??= parameters.Error;
        if (live.LastServed is null) refusal ??= ApiError.Conflict("The first version is being fetched.");
        if (refusal is null && (string)http.Request.RouteValues["model"]! != live.ModelName)
        {
            refusal = ApiError.Invalid(null, $"This process serves the model '{live.ModelName}' only.");
        }
        Changed changed = refusal is null ? unload.Handle() : refusal;
        if (changed.Error is { } error)
        {
            await RepositoryBody.Refuse(http, error);
            return;
        }
        if (wait && changed.Former is { } former) await former.Ended.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string version = live.LastServed!.Model.Version;
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, new RepositoryEntry(live.ModelName, version, RepositoryEntry.Unavailable, LiveVersion.Unloaded));
    }
}
