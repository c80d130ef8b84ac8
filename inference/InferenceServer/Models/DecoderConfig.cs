namespace LlmOps.Inference.Models;

/// <summary>What <c>genai_config.json</c> says of the decoder: its file, its sizes and the names of its inputs and outputs.</summary>
internal sealed record DecoderConfig
{
    public const string FileName = "genai_config.json";

    /// <summary>The file that says all this, for error texts.</summary>
    public string Source { get; init; } = FileName;

    public required string ModelFile { get; init; }

    /// <summary>Longest sequence, prompt and answer together, in tokens.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Width of a row of logits.</summary>
    public required int VocabularySize { get; init; }

    public required int Layers { get; init; }
    public required int KeyValueHeads { get; init; }

    /// <summary>Floats of one key or value of one head.</summary>
    public required int HeadSize { get; init; }

    public required IReadOnlyList<int> EndTokens { get; init; }
    public required string InputIds { get; init; }
    public required string AttentionMask { get; init; }

    /// <summary>Input of the positions, where the graph does not count them itself.</summary>
    public string? PositionIds { get; init; }

    /// <summary>Output of the logits; of an embedder, that of the states which its embeddings are made of.</summary>
    public required string Logits { get; init; }
    public required IReadOnlyList<CacheNames> Cache { get; init; }

    public static DecoderConfig Read(string folder)
    {
        JsonFile json = JsonFile.Read(folder, FileName);
        int context = json.Integer("model.context_length");
        int layers = json.Integer("model.decoder.num_hidden_layers");
        return new DecoderConfig
        {
            ModelFile = json.Text("model.decoder.filename"),
            ContextLength = Math.Min(context, json.OptionalInteger("search.max_length") ?? context),
            VocabularySize = json.Integer("model.vocab_size"),
            Layers = layers,
            KeyValueHeads = json.Integer("model.decoder.num_key_value_heads"),
            HeadSize = json.Integer("model.decoder.head_size"),
            EndTokens = json.TokenIds("model.eos_token_id"),
            InputIds = json.Text("model.decoder.inputs.input_ids"),
            AttentionMask = json.Text("model.decoder.inputs.attention_mask"),
            PositionIds = json.OptionalText("model.decoder.inputs.position_ids"),
            Logits = json.Text("model.decoder.outputs.logits"),
            Cache = [.. CacheTensors(json, layers)],
        };
    }

    private static IEnumerable<CacheNames> CacheTensors(JsonFile json, int layers)
    {
        foreach (string kind in new[] { "key", "value" })
        {
            string past = json.Text($"model.decoder.inputs.past_{kind}_names");
            string present = json.Text($"model.decoder.outputs.present_{kind}_names");
            for (int layer = 0; layer < layers; layer++) yield return new CacheNames(Numbered(past, layer), Numbered(present, layer));
        }
    }

    private static string Numbered(string pattern, int layer) => pattern.Replace("%d", $"{layer}", StringComparison.Ordinal);
}

/// <summary>The input and the output that share one buffer of the key-value cache.</summary>
internal sealed record CacheNames(string Past, string Present);
