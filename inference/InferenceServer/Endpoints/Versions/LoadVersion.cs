using System.Diagnostics;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>
/// Loads another version beside the one that serves, warms it up, lets new requests be answered by it, and the former end with what it
/// has taken. Whatever goes wrong before the exchange leaves the former serving.
/// </summary>
internal sealed partial class LoadVersion(LiveVersion live, HostVersions host, OneChange change, VersionSource source, ILogger<LoadVersion> logger)
{
    /// <summary>Loads a folder; goes on to the end whether or not its caller waits.</summary>
    /// <param name="path">The version's folder.</param>
    /// <param name="asked">What the folder was asked for by, which is its version if it bears none.</param>
    /// <param name="version">The version that the folder has to hold; null for any.</param>
    public async Task<Changed> Handle(string path, string asked, string? version = null)
    {
        if (host.Stopping) return ApiError.Unavailable("The server is about to end.");
        if (live.Current is { Engine.State: EngineState.Loading } first) return ApiError.Conflict($"{first.Model.Version} is being loaded.");
        if (!change.TryBegin(new VersionChange(asked, VersionChange.Checking))) return ApiError.Conflict($"{change.Last?.Version} is being changed to.");

        Changed changed;
        try
        {
            changed = await Load(path, asked, version);
        }
        catch (Exception e)
        {
            // Whatever a folder's files bring about must not end a server that serves another.
            changed = host.Stopping ? ApiError.Unavailable("The server is about to end.") : ApiError.Invalid(null, $"{asked} is not served: {e.Message}");
            if (e is not RefusedModelException) Log.Unexpected(logger, asked, e);
        }
        change.End(changed.Error?.Message);
        if (changed.Error is { } error) Log.Refused(logger, asked, error.Message);
        return changed;
    }

    private async Task<Changed> Load(string path, string asked, string? version)
    {
        // Digests of all files, the tokenizer's tables: nothing for a thread that answers requests.
        (ModelFolder folder, ServedModel model) = await Task.Run(() => source.Open.From(path, asked));
        if (version is not null && version != model.Version) return ApiError.Invalid(null, $"The folder of {version} holds {model.Version}.");
        switch (source.Decide(live.ModelName, live.Current?.Folder, folder, host.Running))
        {
            case LoadDecision.Keep:
                return new Changed(null, null);
            case LoadDecision.Refuse refused:
                return refused.Why;
            case LoadDecision.Load:
                break;
            default:
                throw new UnreachableException();
        }
        change.Report(new VersionChange(model.Version, VersionChange.Loading));
        ServedVersion next = source.Make.From(folder, model);
        await host.Begin(next);
        if (host.Stopping)
        {
            next.Retire();
            return ApiError.Unavailable("The server is about to end.");
        }
        ServedVersion? former = live.Exchange(next);
        host.Serves(next);
        former?.Retire();
        Log.Swapped(logger, former?.Model.Version ?? "none", model.Version);
        return new Changed(former, null);
    }

    private static partial class Log
    {
        [LoggerMessage(6, LogLevel.Information, "New requests are answered by {Next}; the former, {Former}, ends with what it has taken")]
        public static partial void Swapped(ILogger logger, string former, string next);

        [LoggerMessage(9, LogLevel.Error, "{Asked} could not be loaded")]
        public static partial void Unexpected(ILogger logger, string asked, Exception error);

        [LoggerMessage(7, LogLevel.Warning, "{Asked} was not loaded: {Reason}")]
        public static partial void Refused(ILogger logger, string asked, string reason);
    }
}
