namespace LlmOps.Inference.Tokenization;

/// <summary>Splits text into words.</summary>
internal interface ISplitter
{
    /// <param name="text">Not empty.</param>
    /// <param name="first">Whether it is the beginning of the whole text.</param>
    IEnumerable<string> Split(string text, bool first);
}

/// <summary>Splits GPT-2's way where asked to; the words are to be spelled in bytes.</summary>
internal sealed class ByteLevelSplitter(bool addSpace, bool split) : ISplitter
{
    private static readonly PatternSplitter Words = new(
        SplitPattern.Of(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"), SplitBehavior.Isolated, invert: false);

    public IEnumerable<string> Split(string text, bool first)
    {
        if (addSpace && text[0] != ' ') text = ' ' + text;
        return split ? Words.Split(text, first) : [text];
    }
}

/// <summary>Writes spaces as another character and splits before each of them.</summary>
internal sealed class MetaspaceSplitter(char replacement, string prepend, bool split) : ISplitter
{
    public IEnumerable<string> Split(string text, bool first)
    {
        text = text.Replace(' ', replacement);
        if ((prepend == "always" || (prepend == "first" && first)) && text[0] != replacement) text = replacement + text;
        if (!split)
        {
            yield return text;
            yield break;
        }
        int start = 0;
        for (int at = 1; at <= text.Length; at++)
        {
            if (at < text.Length && text[at] != replacement) continue;
            yield return text[start..at];
            start = at;
        }
    }
}
