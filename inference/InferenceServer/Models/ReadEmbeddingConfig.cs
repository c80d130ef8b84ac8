namespace LlmOps.Inference.Models;

/// <summary>Reads how a model makes embeddings from the files of sentence-transformers beside it.</summary>
internal static class ReadEmbeddingConfig
{
    /// <summary>The output with a vector a text.</summary>
    public const string Sentence = "sentence_embedding";

    /// <summary>The output with a vector a token.</summary>
    public const string Tokens = "last_hidden_state";

    /// <summary>Most tokens of a text. Attention without a cache costs memory by their square; OpenAI's models take as many.</summary>
    public const int MostTokens = 8192;

    private const string Modules = "modules.json";
    private const string UsualPooling = "1_Pooling";
    private const string Limits = "sentence_bert_config.json";

    private static readonly string[] Modes = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"];

    /// <summary>The configuration, or null where the graph is no embedder's.</summary>
    /// <exception cref="RefusedModelException">Nothing says how to pool, or it is done in a way that is not known here.</exception>
    public static EmbeddingConfig? From(string folder, DecoderConfig config)
    {
        if (config.Logits is not (Sentence or Tokens) || config.Source != ReadOptimumConfig.FileName) return null;
        JsonFile json = JsonFile.Read(folder, ReadOptimumConfig.FileName);
        List<string> files = [.. new[] { Modules, Limits }.Where(name => File.Exists(Path.Combine(folder, name)))];
        (string? pooling, bool normalize) = files.Contains(Modules) ? ReadModules(folder) : (Exists(folder, UsualPooling), false);
        if (config.Logits == Tokens)
        {
            if (pooling is null) throw new RefusedModelException($"{config.ModelFile}: gives {Tokens}, but neither {Modules} nor {UsualPooling}/config.json says how to pool it");
            files.Add(pooling);
        }
        IReadOnlyList<int> widths = json.Sizes("matryoshka_dimensions");
        return new EmbeddingConfig
        {
            Pooling = config.Logits == Sentence ? Pooling.InGraph : ReadPooling(folder, pooling!),
            Normalize = normalize,
            Heads = json.Integer("num_attention_heads"),
            Width = json.Integer("hidden_size"),
            MayBeCut = widths.Count > 0 || json.OptionalFlag("is_matryoshka") == true,
            Widths = widths,
            MostTokens = Math.Min(MostTokens, files.Contains(Limits) ? JsonFile.Read(folder, Limits).OptionalInteger("max_seq_length") ?? MostTokens : MostTokens),
            Files = files,
        };
    }

    private static string? Exists(string folder, string module) =>
        File.Exists(Path.Combine(folder, module, "config.json")) ? $"{module}/config.json" : null;

    private static (string? Pooling, bool Normalize) ReadModules(string folder)
    {
        string? pooling = null;
        bool normalize = false;
        foreach (JsonFile module in JsonFile.ReadList(folder, Modules))
        {
            string type = module.Text("type");
            string kind = type[(type.LastIndexOf('.') + 1)..];
            if (kind == "Normalize") normalize = true;
            else if (kind == "Pooling") pooling = $"{Within(module.Text("path"))}/config.json";
            else if (kind != "Transformer") throw new RefusedModelException($"{Modules}: {kind} is not supported; Transformer, Pooling and Normalize are");
        }
        return (pooling, normalize);
    }

    private static string Within(string path) => ReleaseRules.IsInside(path)
        ? path
        : throw new RefusedModelException($"{Modules}: '{ReleaseRules.Shown(path)}' leads out of the model folder, or is not a plain relative path");

    private static Pooling ReadPooling(string folder, string file)
    {
        JsonFile json = JsonFile.Read(folder, file);
        string[] modes = json.OptionalText("pooling_mode") is { } mode ? [mode] : [.. Modes.Where(name => json.OptionalFlag($"pooling_mode_{name}") == true)];
        return modes switch
        {
            ["mean_tokens" or "mean"] => Pooling.Mean,
            ["cls_token" or "cls"] => Pooling.First,
            ["lasttoken"] => Pooling.Last,
            _ => throw new RefusedModelException($"{file}: pooling by {(modes.Length == 0 ? "nothing" : string.Join(" and ", modes))} is not supported; cls_token, mean_tokens or lasttoken is"),
        };
    }
}
