using LlmOps.Inference.Models;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>Checks a folder and reads what the endpoints need to know of it, at the start and before a swap alike.</summary>
internal sealed class OpenVersion(ServerOptions options, TimeProvider clock)
{
    /// <summary>Reads a folder, before any weight is loaded.</summary>
    /// <param name="path">The version's folder.</param>
    /// <param name="version">Its version where there is no <c>release.json</c>; null for the folder's name.</param>
    /// <exception cref="RefusedModelException">The folder must not be served.</exception>
    public (ModelFolder Folder, ServedModel Model) From(string path, string? version)
    {
        ModelFolder folder = ModelFolder.Open(path, options.Model, version, options.RequireRelease);
        return (folder, ReadServedModel.From(folder, options.Slot, clock) with { SystemPrompt = options.SystemPrompt });
    }
}
