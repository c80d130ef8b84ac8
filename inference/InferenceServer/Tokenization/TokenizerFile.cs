using System.Text.Json;

namespace LlmOps.Inference.Tokenization;

/// <summary>The parts of a <c>tokenizer.json</c> that decide how text becomes tokens.</summary>
internal sealed record TokenizerFile(
    IReadOnlyDictionary<string, int> Vocabulary,
    IReadOnlyList<(string Left, string Right)> Merges,
    IReadOnlyList<AddedToken> AddedTokens)
{
    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="UnsupportedTokenizerException">The file asks for a step that byte-level BPE as in GPT-2 does not have.</exception>
    public static TokenizerFile Parse(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new UnsupportedTokenizerException($"tokenizer.json: not the shape of a Hugging Face tokenizer ({e.Message})");
        }
    }

    private static TokenizerFile Read(JsonElement root)
    {
        JsonElement model = root.GetProperty("model");
        Require(Text(model, "type") is "BPE", $"model {Text(model, "type")}");
        Require(!Set(model, "byte_fallback"), "byte_fallback");
        Require(!Set(model, "ignore_merges"), "ignore_merges");
        Require(!Set(model, "dropout"), "dropout");
        Require(!Set(model, "continuing_subword_prefix"), "continuing_subword_prefix");
        Require(!Set(model, "end_of_word_suffix"), "end_of_word_suffix");
        Require(!Set(root, "normalizer"), "a normalizer");
        Require(!Set(root, "post_processor") || Text(root.GetProperty("post_processor"), "type") is "ByteLevel", "a post_processor");

        JsonElement splitter = root.GetProperty("pre_tokenizer");
        Require(splitter.ValueKind == JsonValueKind.Object && Text(splitter, "type") is "ByteLevel", "a pre_tokenizer other than ByteLevel");
        Require(!Set(splitter, "add_prefix_space"), "add_prefix_space");
        Require(!splitter.TryGetProperty("use_regex", out JsonElement regex) || regex.ValueKind == JsonValueKind.True, "use_regex false");

        return new TokenizerFile(
            model.GetProperty("vocab").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal),
            [.. model.GetProperty("merges").EnumerateArray().Select(ReadMerge)],
            [.. root.GetProperty("added_tokens").EnumerateArray().Select(ReadAdded)]);
    }

    private static (string Left, string Right) ReadMerge(JsonElement merge)
    {
        string[] pair = merge.ValueKind == JsonValueKind.String
            ? merge.GetString()!.Split(' ')
            : [.. merge.EnumerateArray().Select(part => part.GetString()!)];
        Require(pair.Length == 2, $"the merge {merge.GetRawText()}");
        return (pair[0], pair[1]);
    }

    private static AddedToken ReadAdded(JsonElement token)
    {
        string content = Text(token, "content") ?? throw new FormatException("an added token without content");
        Require(!Set(token, "single_word") && !Set(token, "lstrip") && !Set(token, "rstrip"), $"single_word, lstrip or rstrip of {content}");
        return new AddedToken(token.GetProperty("id").GetInt32(), content, Set(token, "special"));
    }

    private static string? Text(JsonElement e, string name) => e.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    /// <summary>Whether a value is there and is neither null, false, zero nor empty.</summary>
    private static bool Set(JsonElement e, string name) =>
        e.TryGetProperty(name, out JsonElement value) && value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.False => false,
            JsonValueKind.String => value.GetString()!.Length > 0,
            JsonValueKind.Number => value.GetDouble() != 0,
            _ => true,
        };

    private static void Require(bool supported, string what)
    {
        if (!supported) throw new UnsupportedTokenizerException($"tokenizer.json: {what} is not supported, only byte-level BPE as in GPT-2 is");
    }
}

/// <summary>A token that is found in the text before it is split into words.</summary>
internal sealed record AddedToken(int Id, string Content, bool Special);
