using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>What a version is made from: a checked folder, an engine, and memory that has to be there.</summary>
internal sealed class VersionSource(OpenVersion open, MakeVersion make, EngineOptions options)
{
    public OpenVersion Open => open;

    public MakeVersion Make => make;

    /// <summary>Asks the system; a test says otherwise.</summary>
    public Func<AvailableMemory> ReadMemory { get; set; } = AvailableMemory.Now;

    /// <summary>Decides from the memory of the machine, and from that of the device where the device has its own.</summary>
    /// <param name="model">The model that this process serves.</param>
    /// <param name="current">The version that serves, if one does.</param>
    /// <param name="found">The checked folder.</param>
    /// <param name="running">The versions that are in memory.</param>
    public LoadDecision Decide(string model, ModelFolder? current, ModelFolder found, IEnumerable<ServedVersion> running)
    {
        MemoryNeed need = MemoryNeed.Of(found, options.Rows);
        AvailableMemory? device = options.Device.FreeMemory();
        // Through the machine's memory pass the weights; the caches lie on the device, and are taken whole when a version is loaded.
        LoadDecision decision = device is null
            ? LoadDecision.Decide(model, current, found, need, running.Sum(GrowthOf), ReadMemory())
            : LoadDecision.Decide(model, current, found, need with { Cache = 0 }, growth: 0, ReadMemory());
        return decision is LoadDecision.Load && device is not null
            ? LoadDecision.Decide(model, current, found, MemoryNeed.OnDevice(found, options.Rows), growth: 0, device)
            : decision;
    }

    /// <summary>
    /// Bytes that a version in memory may still come to use: the part of its cache that nobody works in. What others have used of it
    /// before is counted twice, on the safe side.
    /// </summary>
    private long GrowthOf(ServedVersion version) => (long)(MemoryNeed.CacheOf(version.Folder, options.Rows) * (1 - version.Engine.CacheUsage));
}
