using System.Text.Json;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.OpenInference.Repository;

/// <summary><c>POST /v2/repository/index</c>: the versions that lie under the root, and what this process does with them.</summary>
internal sealed class IndexRepository(LiveVersion live, HostVersions host, OneChange change, ModelRoot root)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v2/repository/index", Answer);

    private async Task Answer(HttpContext http)
    {
        (JsonElement body, ApiError? refusal) = await RepositoryBody.Read(http);
        RequestFields fields = new(body);
        bool readyOnly = refusal is null && fields.Flag("ready");
        if ((refusal ?? fields.Error) is { } error)
        {
            await RepositoryBody.Refuse(http, error);
            return;
        }
        IEnumerable<RepositoryEntry> entries = Entries().Where(entry => !readyOnly || entry.State == RepositoryEntry.Ready);
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, entries.ToArray());
    }

    private IEnumerable<RepositoryEntry> Entries()
    {
        ServedVersion[] running = [.. host.Running];
        IEnumerable<string> versions = root.VersionsOf(live.ModelName).Concat(running.Select(version => version.Model.Version));
        return versions.Distinct().Order(StringComparer.Ordinal).Select(version => Entry(version, running));
    }

    private RepositoryEntry Entry(string version, ServedVersion[] running)
    {
        VersionChange? last = change.Last is { } told && told.Version == version ? told : null;
        if (live.Current is { } current && current.Model.Version == version)
        {
            return current.Engine.State switch
            {
                EngineState.Ready => new(live.ModelName, version, RepositoryEntry.Ready),
                EngineState.Loading => new(live.ModelName, version, RepositoryEntry.Loading),
                _ => new(live.ModelName, version, RepositoryEntry.Unloading, "the server is about to end"),
            };
        }
        if (last is { State: not VersionChange.Refused }) return new(live.ModelName, version, RepositoryEntry.Loading, last.State);
        if (Array.Exists(running, one => one.Model.Version == version))
        {
            return new(live.ModelName, version, RepositoryEntry.Unloading, "it answers what it has taken");
        }
        return new(live.ModelName, version, RepositoryEntry.Unavailable, last?.Reason);
    }
}
