using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Fetching;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>From what the manifest names to a version that can be started: fetched where it lies elsewhere, checked in any case.</summary>
internal sealed class OpenVersion(ServerOptions options, FetchModel fetch, MakeVersion make, TimeProvider clock)
{
    /// <param name="source">Where the version lies.</param>
    /// <param name="digest">The digest that it must have, where one is asked for.</param>
    /// <param name="cancellation">Ends a download; what is there is kept for the next one.</param>
    /// <exception cref="RefusedModelException">It must not be served, or is out of reach.</exception>
    public async Task<ServedVersion> From(ModelSource source, string? digest, CancellationToken cancellation)
    {
        string path = source switch
        {
            ModelSource.Folder folder => folder.Path,
            ModelSource.Origin origin => await fetch.Handle(origin, digest, cancellation),
            _ => throw new InvalidOperationException($"{source.Shown}: an unknown kind of source"),
        };
        // What was fetched has just been compared with its digests.
        return Open(path, digest, fetched: source is ModelSource.Origin);
    }

    /// <summary>A folder of this machine.</summary>
    public ServedVersion From(string folder, string? digest) => Open(folder, digest, fetched: false);

    private ServedVersion Open(string path, string? digest, bool fetched)
    {
        ModelFolder folder = ModelFolder.Open(path, options.Model, options.Version, options.RequireRelease, digest, fetched);
        return make.From(folder, ReadServedModel.From(folder, options.Slot, clock) with { SystemPrompt = options.SystemPrompt });
    }
}
