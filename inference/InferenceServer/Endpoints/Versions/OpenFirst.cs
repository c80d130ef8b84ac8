using LlmOps.Inference.Models;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>Opens the version that the command line names: a folder at once, any other once the web server listens.</summary>
internal sealed class OpenFirst(ServerOptions options, OpenVersion open, MakeVersion make)
{
    /// <summary>The version if it lies in a folder of this machine; null where it has to be fetched.</summary>
    public ServedVersion? AtOnce()
    {
        if (options.Origin is not null) return null;
        (ModelFolder folder, ServedModel model) = open.From(options.ModelDir, options.Version, options.Named);
        return make.From(folder, model);
    }

    /// <summary>The version from its origin.</summary>
    public async Task<ServedVersion> Fetched(CancellationToken cancellation)
    {
        (ModelFolder folder, ServedModel model) = await open.From(options.Origin!, options.Named, cancellation);
        return make.From(folder, model);
    }
}
