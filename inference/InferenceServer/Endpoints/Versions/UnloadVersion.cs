using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>Takes the version that serves out of service; it ends with what it has taken, and another can be loaded.</summary>
internal sealed partial class UnloadVersion(LiveVersion live, OneChange change, ILogger<UnloadVersion> logger)
{
    public Changed Handle()
    {
        if (live.Current is { Engine.State: EngineState.Loading } first) return ApiError.Conflict($"{first.Model.Version} is being loaded.");
        if (!change.TryBegin(new VersionChange(live.Current?.Model.Version ?? "none", VersionChange.Unloading)))
        {
            return ApiError.Conflict($"{change.Last?.Version} is being changed to.");
        }
        ServedVersion? former = live.Exchange(null);
        former?.Retire();
        change.End(null);
        if (former is not null) Log.Unloaded(logger, former.Model.Version);
        return new Changed(former, null);
    }

    private static partial class Log
    {
        [LoggerMessage(8, LogLevel.Information, "{Version} was unloaded on request")]
        public static partial void Unloaded(ILogger logger, string version);
    }
}
