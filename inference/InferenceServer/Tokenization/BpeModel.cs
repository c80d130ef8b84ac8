using System.Text.Json;

namespace LlmOps.Inference.Tokenization;

/// <summary>Vocabulary and merges of a byte-pair encoding.</summary>
internal sealed record BpeModel
{
    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    /// <summary>Pairs of entries that are joined, the first to be joined first.</summary>
    public required IReadOnlyList<(string Left, string Right)> Merges { get; init; }

    /// <summary>Whether words are spelled in bytes, or in characters.</summary>
    public required bool ByteLevel { get; init; }

    /// <summary>Whether a character that is not in the vocabulary is spelled in bytes.</summary>
    public required bool ByteFallback { get; init; }

    /// <summary>Whether a word that is in the vocabulary is one token, whatever the merges say.</summary>
    public required bool WholeWordsFirst { get; init; }

    /// <summary>The token of what cannot be spelled, or null.</summary>
    public required int? Unknown { get; init; }

    /// <summary>Whether what cannot be spelled is one token however long it is.</summary>
    public required bool FusesUnknown { get; init; }

    public static BpeModel Read(Part part, bool byteLevel)
    {
        // Old files leave the type out.
        if (part.OptionalText("type") is not ("BPE" or null)) throw part.Unsupported();
        part.RequireUnset("dropout", "continuing_subword_prefix", "end_of_word_suffix");
        Dictionary<string, int> vocabulary = part.Get("vocab").Json.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal);
        return new BpeModel
        {
            Vocabulary = vocabulary,
            Merges = [.. part.Get("merges").Json.EnumerateArray().Select(ReadMerge)],
            ByteLevel = byteLevel,
            ByteFallback = part.Flag("byte_fallback"),
            WholeWordsFirst = part.Flag("ignore_merges"),
            Unknown = part.OptionalText("unk_token") is { } unknown && vocabulary.TryGetValue(unknown, out int id) ? id : null,
            FusesUnknown = part.Flag("fuse_unk"),
        };
    }

    private static (string Left, string Right) ReadMerge(JsonElement merge)
    {
        string[] pair = merge.ValueKind == JsonValueKind.String
            ? merge.GetString()!.Split(' ')
            : [.. merge.EnumerateArray().Select(part => part.GetString()!)];
        return pair.Length == 2 ? (pair[0], pair[1]) : throw new UnsupportedTokenizerException($"tokenizer.json: the merge {merge.GetRawText()} is not of two parts");
    }
}
