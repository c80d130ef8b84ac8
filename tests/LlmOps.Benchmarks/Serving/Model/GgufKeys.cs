using System.Text;

namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>The keys and values at the beginning of a GGUF file.</summary>
internal sealed class GgufKeys
{
    private const uint Unsigned = 4, Signed = 5, Single = 6, Truth = 7, String = 8, List = 9;
    private const uint MostlyF32 = 0, MostlyQ40 = 2;

    private readonly List<(string Key, object Value)> _all = [];

    public GgufKeys(ModelShape shape, bool quantized)
    {
        IReadOnlyList<string> tokens = Vocabulary.Tokens(shape);
        _all.AddRange(
        [
            ("general.architecture", "llama"), ("general.name", shape.Name), ("general.alignment", 32u),
            ("general.file_type", quantized ? MostlyQ40 : MostlyF32), ("general.quantization_version", 2u),
            ("llama.context_length", (uint)shape.ContextLength), ("llama.embedding_length", (uint)shape.Hidden), ("llama.block_count", (uint)shape.Layers),
            ("llama.feed_forward_length", (uint)shape.FeedForward), ("llama.rope.dimension_count", (uint)shape.HeadSize),
            ("llama.rope.freq_base", (float)ModelShape.RotaryBase), ("llama.attention.head_count", (uint)shape.Heads),
            ("llama.attention.head_count_kv", (uint)shape.KeyValueHeads), ("llama.attention.key_length", (uint)shape.HeadSize),
            ("llama.attention.value_length", (uint)shape.HeadSize), ("llama.attention.layer_norm_rms_epsilon", ModelShape.Epsilon),
            ("llama.vocab_size", (uint)shape.Vocabulary), ("tokenizer.ggml.model", "gpt2"), ("tokenizer.ggml.pre", "gpt-2"),
            ("tokenizer.ggml.tokens", tokens.ToArray()), ("tokenizer.ggml.token_type", tokens.Select((_, id) => id < Vocabulary.Specials.Length ? 3 : 1).ToArray()),
            ("tokenizer.ggml.merges", new[] { "\u0120 w" }), ("tokenizer.ggml.bos_token_id", (uint)Vocabulary.Begin),
            ("tokenizer.ggml.eos_token_id", (uint)Vocabulary.End), ("tokenizer.ggml.padding_token_id", 0u),
            ("tokenizer.ggml.add_bos_token", false), ("tokenizer.ggml.add_eos_token", false),
        ]);
    }

    public int Count => _all.Count;

    public void Write(BinaryWriter writer)
    {
        foreach ((string key, object value) in _all)
        {
            Text(writer, key);
            Write(writer, value);
        }
    }

    public static void Text(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void Write(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number: writer.Write(Unsigned); writer.Write(number); break;
            case float number: writer.Write(Single); writer.Write(number); break;
            case bool truth: writer.Write(Truth); writer.Write(truth); break;
            case string text: writer.Write(String); Text(writer, text); break;
            case int[] numbers:
                (uint kind, ulong count) = (Signed, (ulong)numbers.Length);
                Begin(writer, kind, count);
                foreach (int number in numbers) writer.Write(number);
                break;
            case string[] texts:
                Begin(writer, String, (ulong)texts.Length);
                foreach (string text in texts) Text(writer, text);
                break;
            default: throw new ArgumentException($"{value.GetType()} is not written here", nameof(value));
        }
    }

    private static void Begin(BinaryWriter writer, uint kind, ulong count)
    {
        writer.Write(List);
        writer.Write(kind);
        writer.Write(count);
    }
}
