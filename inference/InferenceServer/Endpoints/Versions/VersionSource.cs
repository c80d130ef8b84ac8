using LlmOps.Inference.Endpoints.Cache;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;
using LlmOps.Inference.Sampling.Constraints;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>What a version is made from: a checked folder, an engine, and memory that has to be there.</summary>
internal sealed class VersionSource(OpenVersion open, MakeVersion make, ResponseCache cache, EngineOptions options)
{
    public OpenVersion Open => open;

    public MakeVersion Make => make;

    /// <summary>Asks the system; a test says otherwise.</summary>
    public Func<AvailableMemory> ReadMemory { get; set; } = AvailableMemory.Now;

    public MemoryNeed NeedOf(ModelFolder folder) => MemoryNeed.Of(folder, options.Rows) with { Grammars = GrammarsOf(folder) };

    /// <summary>Decides from the memory of the machine, and from that of the device where the device has its own.</summary>
    /// <param name="model">The model that this process serves.</param>
    /// <param name="current">The version that serves, if one does.</param>
    /// <param name="found">The checked folder.</param>
    /// <param name="running">The versions that are in memory.</param>
    public LoadDecision Decide(string model, ModelFolder? current, ModelFolder found, IEnumerable<ServedVersion> running)
    {
        MemoryNeed need = NeedOf(found);
        AvailableMemory? device = options.Device.FreeMemory();
        // Through the machine's memory pass the weights; the caches lie on the device, and are taken whole when a version is loaded.
        if (device is not null) need = need with { Cache = 0, Attention = 0 };
        LoadDecision decision = LoadDecision.Decide(model, current, found, need, GrowthOf(running, runsElsewhere: device is not null), ReadMemory());
        return decision is LoadDecision.Load && device is not null
            ? LoadDecision.Decide(model, current, found, MemoryNeed.OnDevice(found, options.Rows), growth: 0, device)
            : decision;
    }

    /// <summary>
    /// Bytes that what is in memory may still come to use: of each version the part of its cache that nobody works in, its grammars, and an
    /// embedder's run; of the kept answers what is free. What others have used of it before is counted twice, on the safe side.
    /// </summary>
    /// <param name="versions">What is in memory.</param>
    /// <param name="runsElsewhere">Whether caches and runs take a device's memory.</param>
    public long GrowthOf(IEnumerable<ServedVersion> versions, bool runsElsewhere = false) => cache.FreeBytes + versions.Sum(version =>
        (runsElsewhere ? 0 : RunsOf(version)) + Math.Max(0, GrammarsOf(version.Folder) - version.Model.Grammars.Bytes));

    private long RunsOf(ServedVersion version) =>
        (long)(MemoryNeed.CacheOf(version.Folder, options.Rows) * (1 - version.Engine.CacheUsage)) + MemoryNeed.StatesOf(version.Folder) + MemoryNeed.AttentionOf(version.Folder);

    // Those that are kept, and one more for each answer under way, whose own is kept no longer; the tree of the vocabulary that all share.
    private long GrammarsOf(ModelFolder folder) => folder.Embedding is not null ? 0
        : KnownGrammars.MostBytes + ((long)options.Rows * TokenGrammar.MostBytes) + ((long)folder.Decoder.VocabularySize * TokenTrie.BytesOfToken);
}
