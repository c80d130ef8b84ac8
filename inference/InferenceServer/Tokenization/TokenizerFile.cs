using System.Text.Json;

namespace LlmOps.Inference.Tokenization;

/// <summary>The parts of a <c>tokenizer.json</c> that decide how text becomes tokens, and tokens text.</summary>
internal sealed record TokenizerFile
{
    public required BpeModel Model { get; init; }

    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    /// <summary>Changes a stretch of text before it is split.</summary>
    public required Func<string, string> Normalize { get; init; }

    /// <summary>Split a stretch of text into words, one after the other.</summary>
    public required IReadOnlyList<ISplitter> Splitters { get; init; }

    public required TokenText Text { get; init; }

    /// <summary>Token ids that are put around a text where special tokens are asked for.</summary>
    public required (IReadOnlyList<int> Before, IReadOnlyList<int> After) Frame { get; init; }

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="UnsupportedTokenizerException">The file asks for a step that this tokenizer does not have.</exception>
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
        Part file = new(root, "");
        Part? splitter = file.Find("pre_tokenizer");
        IReadOnlyList<ISplitter> splitters = ReadSplitters.From(splitter);
        bool bytes = splitters.Any(one => one is ByteLevelSplitter);
        return new TokenizerFile
        {
            Model = BpeModel.Read(file.Get("model"), bytes),
            AddedTokens = [.. file.Items("added_tokens").Select(AddedToken.Read)],
            Normalize = ReadNormalizer.From(file.Find("normalizer")),
            Splitters = splitters,
            Text = TokenText.Read(file.Find("decoder"), bytes),
            Frame = ReadFrame.From(file.Find("post_processor")),
        };
    }
}

/// <summary>A token that is found in the text before it is split into words.</summary>
/// <param name="Special">Whether it is no part of an answer's text.</param>
/// <param name="Normalized">Whether it is looked for in the normalised text.</param>
/// <param name="TakesLeft">Whether it takes the white space before it along.</param>
/// <param name="TakesRight">Whether it takes the white space behind it along.</param>
/// <param name="Alone">Whether it counts only where no letter, digit or underscore is beside it.</param>
internal sealed record AddedToken(int Id, string Content, bool Special, bool Normalized, bool TakesLeft, bool TakesRight, bool Alone)
{
    public static AddedToken Read(Part token) => new(
        token.Integer("id"), token.Text("content"), token.Flag("special"), token.Flag("normalized"), token.Flag("lstrip"), token.Flag("rstrip"), token.Flag("single_word"));
}
