using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Fetching;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>
/// From what the manifest or a client names to a checked folder and what the endpoints need to know of it, at the start and before a swap
/// alike: fetched where it lies elsewhere, checked in any case, before any weight is loaded.
/// </summary>
internal sealed class OpenVersion(ServerOptions options, FetchModel fetch, TimeProvider clock)
{
    /// <param name="source">Where the version lies.</param>
    /// <param name="named">What it has to be.</param>
    /// <param name="cancellation">Ends a download; what is there is kept for the next one.</param>
    /// <exception cref="RefusedModelException">It must not be served, or is out of reach.</exception>
    public async Task<(ModelFolder Folder, ServedModel Model)> From(ModelSource source, NamedVersion named, CancellationToken cancellation) => source switch
    {
        ModelSource.Folder folder => From(folder.Path, named.Version, named),
        // What was fetched has just been compared with its digests.
        ModelSource.Origin origin => Open(await fetch.Handle(origin, named, cancellation), named.Version, named, hashed: true),
        _ => throw new InvalidOperationException($"{source.Shown}: an unknown kind of source"),
    };

    /// <summary>A folder of this machine.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="version">Its version where there is no <c>release.json</c>; null for the folder's name.</param>
    /// <param name="named">What it has to be; null for any version.</param>
    public (ModelFolder Folder, ServedModel Model) From(string path, string? version, NamedVersion? named = null) => Open(path, version, named, hashed: false);

    private (ModelFolder Folder, ServedModel Model) Open(string path, string? version, NamedVersion? named, bool hashed)
    {
        ModelFolder folder = ModelFolder.Open(path, options.Model, version, options.RequireRelease, named, hashed);
        return (folder, ReadServedModel.From(folder, options.Slot, clock) with { SystemPrompt = options.SystemPrompt });
    }
}
