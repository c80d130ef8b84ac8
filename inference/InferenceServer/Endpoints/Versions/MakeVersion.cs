using LlmOps.Inference.Endpoints.Cache;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>Puts an engine behind a checked folder.</summary>
internal sealed class MakeVersion(EngineOptions options, VersionMetrics metrics, ResponseCache cache, TimeProvider clock, ILogger<InferenceEngine> logger)
{
    /// <summary>The version, not yet started.</summary>
    public ServedVersion From(ModelFolder folder, ServedModel model)
    {
        ServerMetrics own = metrics.Of(model.Name, model.Version, model.Slot);
        own.CacheBytes = () => cache.Bytes;
        return new ServedVersion(folder, model, new InferenceEngine(folder, options, own, clock, logger), own);
    }
}
