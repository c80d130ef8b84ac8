namespace LlmOps.Inference.Models;

/// <summary>A version's folder whose files have been checked, before any weight is loaded.</summary>
internal sealed record ModelFolder(string Path, string Model, string Version, string? Digest, DecoderConfig Decoder, GenerationDefaults Defaults)
{
    /// <summary>How the model makes embeddings; null for one that makes text.</summary>
    public EmbeddingConfig? Embedding { get; init; }

    private static readonly string[] TokenizerFiles = ["tokenizer.json", "tokenizer_config.json"];
    private static readonly string[] ReadWherePresent = [GenerationDefaults.FileName, "chat_template.jinja"];

    public string WeightsPath => System.IO.Path.Combine(Path, Decoder.ModelFile);

    /// <summary>Tokens that end an answer.</summary>
    public IReadOnlySet<int> EndTokens { get; } = Decoder.EndTokens.Concat(Defaults.EndTokens).ToHashSet();

    /// <summary>Opens a folder; the name and the version count only where there is no <c>release.json</c>.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="model">The model's name, else the parent folder's.</param>
    /// <param name="version">The version, else the folder's name.</param>
    /// <param name="requireRelease">Whether a folder without <c>release.json</c> is refused.</param>
    /// <param name="named">What the version has to be; null for any.</param>
    /// <param name="hashed">Whether this process has just compared the files with their digests.</param>
    public static ModelFolder Open(string path, string? model, string? version, bool requireRelease, NamedVersion? named = null, bool hashed = false)
    {
        if (!Directory.Exists(path)) throw new RefusedModelException($"{path}: no such folder");
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

        bool released = File.Exists(System.IO.Path.Combine(path, Release.FileName));
        if (!released && (requireRelease || named?.Digest is not null)) throw new RefusedModelException($"{Release.FileName}: missing, but required");

        Release? release = released ? Release.Read(path) : null;
        if (release is not null) named?.Require(release);
        if (!hashed) release?.Verify(path);

        DecoderConfig decoder = File.Exists(System.IO.Path.Combine(path, DecoderConfig.FileName)) ? DecoderConfig.Read(path) : ReadOptimumConfig.From(path);
        if (!ReleaseRules.IsInside(decoder.ModelFile)) throw new RefusedModelException($"{decoder.Source}: {ReleaseRules.Shown(decoder.ModelFile)} leads out of the model folder");
        EmbeddingConfig? embedding = ReadEmbeddingConfig.From(path, decoder);
        if (embedding is not null) decoder = decoder with { ContextLength = Math.Min(decoder.ContextLength, embedding.MostTokens) };
        IEnumerable<string> present = ReadWherePresent.Where(name => File.Exists(System.IO.Path.Combine(path, name)));
        release?.RequireListed([decoder.Source, decoder.ModelFile, .. TokenizerFiles, .. present, .. embedding?.Files ?? []]);
        foreach (string name in TokenizerFiles.Append(decoder.ModelFile))
        {
            if (!File.Exists(System.IO.Path.Combine(path, name))) throw new RefusedModelException($"{name}: missing");
        }
        ConfigRules.Check(path, decoder.Source);
        GraphSummary graph = GraphSummary.Read(System.IO.Path.Combine(path, decoder.ModelFile));
        GraphRules.Check(graph, path, decoder.ModelFile, release);
        return new ModelFolder(
            path,
            release?.Model ?? model ?? System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path)) ?? "model",
            release?.Version ?? version ?? System.IO.Path.GetFileName(path),
            release?.Digest,
            decoder,
            GenerationDefaults.Read(path))
        {
            Embedding = embedding is null ? null : embedding with { AttendsInTables = graph.Operators.Contains("Softmax") },
        };
    }
}
