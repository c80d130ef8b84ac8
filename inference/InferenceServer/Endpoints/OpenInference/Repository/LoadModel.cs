using System.Text.Json;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.OpenInference.Repository;

/// <summary><c>POST /v2/repository/models/{model}/load</c>: serves another version from now on, without a request being refused for it.</summary>
internal sealed class LoadModel(LiveVersion live, ModelRoot root, LoadVersion load)
{
    private const string Version = "version";
    private const string Folder = "model_dir";
    private const string Wait = "wait_for_drain";

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v2/repository/models/{model}/load", Handle);

    public async Task Handle(HttpContext http)
    {
        (JsonElement body, ApiError? refusal) = await RepositoryBody.Read(http);
        RequestFields parameters = refusal is null ? RepositoryBody.Parameters(body, Version, Folder, Wait) : new RequestFields(body);
        bool wait = refusal is null && parameters.Flag(Wait);
        string? path = null, asked = null;
        refusal ??= Find((string)http.Request.RouteValues["model"]!, parameters, out path, out asked);
        Changed changed = refusal is null ? await load.Handle(path!, asked!, parameters.Text(Version)) : refusal;
        if (changed.Error is { } error)
        {
            await RepositoryBody.Refuse(http, error);
            return;
        }
        if (wait && changed.Former is { } former) await former.Ended.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string version = live.Current?.Model.Version ?? asked!;
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, new RepositoryEntry(live.ModelName, version, RepositoryEntry.Ready));
    }

    private ApiError? Find(string model, RequestFields parameters, out string? path, out string? asked)
    {
        (path, asked) = (null, null);
        string? version = parameters.Text(Version);
        string? folder = parameters.Text(Folder);
        if (parameters.Error is { } error) return error;
        if (live.LastServed is not { } last) return ApiError.Conflict("The first version is being fetched.");
        if (model != live.ModelName) return ApiError.Invalid(null, $"This process serves the model '{live.ModelName}' only, in one version at a time.");
        if (version is not null && folder is not null) return ApiError.Invalid("parameters", $"'{Version}' and '{Folder}' cannot both be given.");
        // Nothing named is what was served last.
        if (version is null && folder is null) (path, asked) = (last.Folder.Path, last.Model.Version);
        else if (version is not null) (path, asked) = (root.OfVersion(model, version), version);
        else (path, asked) = (root.Within(folder!), Path.GetFileName(Path.TrimEndingDirectorySeparator(folder!)));
        if (path is null) return ApiError.Invalid("parameters", $"'{version ?? folder}' does not name a folder under the root of models.");
        return Directory.Exists(path) ? null : ApiError.Invalid("parameters", $"'{version ?? folder ?? asked}': there is no such folder under the root of models.");
    }
}
