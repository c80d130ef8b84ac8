using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>A byte-level vocabulary without merges: special tokens, the 256 bytes, and words that only the model writes.</summary>
internal static class Vocabulary
{
    public const int Begin = 1;
    public const int End = 2;
    public static readonly string[] Specials = ["<|pad|>", "<|bos|>", "<|eos|>", "<|system|>", "<|user|>", "<|assistant|>"];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    private const string Template =
        "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + eos_token }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}";

    /// <summary>The first tokens, which are special or single bytes.</summary>
    public static int Unlikely => Specials.Length + 256;

    /// <summary>The texts of all tokens by their ids.</summary>
    public static IReadOnlyList<string> Tokens(ModelShape shape) =>
        [.. Specials, .. Bytes(), .. Enumerable.Range(Unlikely, shape.Vocabulary - Unlikely).Select(id => $"\u0120w{id}")];

    /// <summary>Writes the tokenizer as Hugging Face's libraries keep it.</summary>
    public static void Write(ModelShape shape, string folder)
    {
        Dictionary<string, int> ids = Tokens(shape).Select((token, id) => (token, id)).ToDictionary(one => one.token, one => one.id);
        object[] added = [.. Specials.Select((content, id) => new { id, content, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true })];
        object level = new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = true };
        Save(folder, "tokenizer.json", new
        {
            version = "1.0", truncation = (object?)null, padding = (object?)null, added_tokens = added, normalizer = (object?)null,
            pre_tokenizer = level, post_processor = (object?)null, decoder = level,
            model = new
            {
                type = "BPE", dropout = (object?)null, unk_token = (string?)null, continuing_subword_prefix = (string?)null,
                end_of_word_suffix = (string?)null, fuse_unk = false, byte_fallback = false, ignore_merges = false, vocab = ids, merges = Array.Empty<string>(),
            },
        });
        Save(folder, "tokenizer_config.json", new
        {
            bos_token = Specials[Begin], eos_token = Specials[End], pad_token = Specials[0], add_bos_token = false, add_eos_token = false,
            clean_up_tokenization_spaces = false, model_max_length = shape.ContextLength, tokenizer_class = "PreTrainedTokenizerFast", chat_template = Template,
        });
    }

    public static void Save(string folder, string name, object content) =>
        File.WriteAllText(Path.Combine(folder, name), JsonSerializer.Serialize(content, Json) + "\n");

    // GPT-2's printable stand-ins for the 256 bytes.
    private static IEnumerable<string> Bytes()
    {
        int extra = 0;
        for (int one = 0; one < 256; one++)
        {
            bool printable = one is (> 32 and < 127) or (> 160 and < 173) or (> 173 and < 256);
            yield return new string((char)(printable ? one : 256 + extra++), 1);
        }
    }
}
