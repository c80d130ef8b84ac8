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

    /// <summary>
    /// Bytes that what is in memory may still come to use: of each version the part of its cache that nobody works in, its grammars, and an
    /// embedder's run; of the kept answers what is free. What others have used of it before is counted twice, on the safe side.
    /// </summary>
    public long GrowthOf(IEnumerable<ServedVersion> versions) => cache.FreeBytes + versions.Sum(version =>
        (long)(MemoryNeed.CacheOf(version.Folder, options.Rows) * (1 - version.Engine.CacheUsage))
        + MemoryNeed.RunOf(version.Folder) + Math.Max(0, GrammarsOf(version.Folder) - version.Model.Grammars.Bytes));

    // Those that are kept, and one more for each answer under way, whose own is kept no longer; the tree of the vocabulary that all share.
    private long GrammarsOf(ModelFolder folder) => folder.Embedding is not null ? 0
        : KnownGrammars.MostBytes + ((long)options.Rows * TokenGrammar.MostBytes) + ((long)folder.Decoder.VocabularySize * TokenTrie.BytesOfToken);
}
