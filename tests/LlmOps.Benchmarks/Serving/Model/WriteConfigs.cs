namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>Writes what the readers of an ONNX model folder look for beside the graph.</summary>
internal static class WriteConfigs
{
    public static void To(string folder, ModelShape shape)
    {
        Vocabulary.Save(folder, "config.json", new
        {
            architectures = new[] { "LlamaForCausalLM" }, model_type = "llama", vocab_size = shape.Vocabulary, hidden_size = shape.Hidden,
            intermediate_size = shape.FeedForward, num_hidden_layers = shape.Layers, num_attention_heads = shape.Heads, num_key_value_heads = shape.KeyValueHeads,
            head_dim = shape.HeadSize, max_position_embeddings = shape.ContextLength, rms_norm_eps = ModelShape.Epsilon, rope_theta = ModelShape.RotaryBase,
            hidden_act = "silu", attention_bias = false, mlp_bias = false, tie_word_embeddings = false, use_cache = true,
            bos_token_id = Vocabulary.Begin, eos_token_id = Vocabulary.End, pad_token_id = 0, torch_dtype = "float32",
        });
        Vocabulary.Save(folder, "generation_config.json", new { bos_token_id = Vocabulary.Begin, eos_token_id = Vocabulary.End, pad_token_id = 0, do_sample = false });
        Vocabulary.Save(folder, "genai_config.json", new
        {
            model = new
            {
                type = "llama", vocab_size = shape.Vocabulary, context_length = shape.ContextLength,
                bos_token_id = Vocabulary.Begin, eos_token_id = Vocabulary.End, pad_token_id = 0, decoder = Decoder(shape),
            },
            search = new { do_sample = false, max_length = shape.ContextLength, num_beams = 1, past_present_share_buffer = true, temperature = 1.0, top_k = 1, top_p = 1.0 },
        });
    }

    private static object Decoder(ModelShape shape) => new
    {
        session_options = new { log_id = "onnxruntime-genai", provider_options = Array.Empty<object>() },
        filename = WriteOnnx.FileName, head_size = shape.HeadSize, hidden_size = shape.Hidden, num_attention_heads = shape.Heads,
        num_hidden_layers = shape.Layers, num_key_value_heads = shape.KeyValueHeads,
        inputs = new
        {
            input_ids = "input_ids", attention_mask = "attention_mask",
            past_key_names = "past_key_values.%d.key", past_value_names = "past_key_values.%d.value",
        },
        outputs = new { logits = "logits", present_key_names = "present.%d.key", present_value_names = "present.%d.value" },
    };
}
