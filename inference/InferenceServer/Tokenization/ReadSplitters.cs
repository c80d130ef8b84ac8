namespace LlmOps.Inference.Tokenization;

/// <summary>Reads the pre-tokenizers of a <c>tokenizer.json</c>.</summary>
internal static class ReadSplitters
{
    public static IReadOnlyList<ISplitter> From(Part? part) => part is { } one ? [.. Read(one)] : [];

    private static IEnumerable<ISplitter> Read(Part part) => part.Type switch
    {
        "Sequence" => part.Items("pretokenizers").SelectMany(Read),
        "ByteLevel" => [new ByteLevelSplitter(part.Flag("add_prefix_space", otherwise: true), part.Flag("use_regex", otherwise: true))],
        "Split" => [new PatternSplitter(SplitPattern.Read(part.Get("pattern")), Behavior(part), part.Flag("invert"))],
        "Digits" => [new PatternSplitter(
            SplitPattern.Of(@"\p{N}"), part.Flag("individual_digits") ? SplitBehavior.Isolated : SplitBehavior.Contiguous, invert: false)],
        "Metaspace" => [new MetaspaceSplitter(part.Text("replacement")[0], Prepend(part), part.Flag("split", otherwise: true))],
        "WhitespaceSplit" => [new PatternSplitter(SplitPattern.Of(@"\s"), SplitBehavior.Removed, invert: false)],
        _ => throw part.Unsupported(),
    };

    private static SplitBehavior Behavior(Part part) =>
        Enum.TryParse(part.Text("behavior"), out SplitBehavior behavior) ? behavior : throw part.Unsupported("behavior");

    // Older files say it with a flag.
    private static string Prepend(Part part) => part.OptionalText("prepend_scheme") ?? (part.Flag("add_prefix_space", otherwise: true) ? "always" : "never");
}
