namespace LlmOps.Inference.Models;

/// <summary>Describes an export without <c>genai_config.json</c>, as Optimum and transformers.js make them, from its <c>config.json</c>.</summary>
internal static class ReadOptimumConfig
{
    public const string FileName = "config.json";

    // Where these exports keep the decoder, the usual place first.
    private static readonly string[] Places = ["onnx/model.onnx", "model.onnx", "onnx/model_fp16.onnx", "onnx/model_q4.onnx"];

    // What the decoder gives, of a language model first; the others are an embedder's.
    private static readonly string[] Outputs = ["logits", ReadEmbeddingConfig.Sentence, ReadEmbeddingConfig.Tokens];

    /// <exception cref="RefusedModelException">The folder is no such export.</exception>
    public static DecoderConfig From(string folder)
    {
        string file = Places.FirstOrDefault(place => File.Exists(Path.Combine(folder, place)))
            ?? throw new RefusedModelException($"{DecoderConfig.FileName}: missing, and none of {string.Join(", ", Places)} is there");
        JsonFile json = JsonFile.Read(folder, FileName);
        int layers = json.Integer("num_hidden_layers");
        int heads = json.Integer("num_attention_heads");
        GraphSummary graph = GraphSummary.Read(Path.Combine(folder, file));
        string output = Outputs.FirstOrDefault(graph.Outputs.Contains) ?? Outputs[0];
        IEnumerable<CacheNames> cache = from kind in new[] { "key", "value" }
                                        from layer in Enumerable.Range(0, layers)
                                        select new CacheNames($"past_key_values.{layer}.{kind}", $"present.{layer}.{kind}");
        return new DecoderConfig
        {
            Source = FileName,
            ModelFile = file,
            ContextLength = json.Integer("max_position_embeddings"),
            VocabularySize = json.Integer("vocab_size"),
            Layers = layers,
            KeyValueHeads = json.OptionalInteger("num_key_value_heads") ?? heads,
            HeadSize = json.OptionalInteger("head_dim") ?? json.Integer("hidden_size") / heads,
            EndTokens = json.TokenIds("eos_token_id"),
            InputIds = "input_ids",
            AttentionMask = "attention_mask",
            PositionIds = graph.Inputs.Contains("position_ids") ? "position_ids" : null,
            Logits = output,
            // An embedder answers in one run, so that it may have no cache at all.
            Cache = [.. cache.Where(names => output == Outputs[0] || graph.Inputs.Contains(names.Past))],
        };
    }
}
