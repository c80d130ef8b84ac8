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

    public MemoryNeed NeedOf(ModelFolder folder) => MemoryNeed.Of(folder, options.Rows);

    /// <summary>
    /// Bytes that a version in memory may still come to use: the part of its cache that nobody works in. What others have used of it
    /// before is counted twice, on the safe side.
    /// </summary>
    public long GrowthOf(ServedVersion version) => (long)(MemoryNeed.CacheOf(version.Folder.Decoder, options.Rows) * (1 - version.Engine.CacheUsage));
}
