namespace LlmOps.Inference.Tokenization;

/// <summary>What becomes of the text that a pattern matches, by the names of the tokenizers library.</summary>
internal enum SplitBehavior
{
    /// <summary>Means a match is a word of its own.</summary>
    Isolated,

    /// <summary>Means matches are left out.</summary>
    Removed,

    /// <summary>Means a match ends the word before it.</summary>
    MergedWithPrevious,

    /// <summary>Means a match begins the word behind it.</summary>
    MergedWithNext,

    /// <summary>Means matches side by side are one word.</summary>
    Contiguous,
}

/// <summary>Splits at the matches of a pattern; inverted, at what lies between them.</summary>
internal sealed class PatternSplitter(SplitPattern pattern, SplitBehavior behavior, bool invert) : ISplitter
{
    public IEnumerable<string> Split(string text, bool first)
    {
        List<(int Start, int End, bool Match)> pieces = [];
        int at = 0;
        foreach ((int start, int end) in pattern.Find(text))
        {
            if (start > at) pieces.Add((at, start, invert));
            pieces.Add((start, end, !invert));
            at = end;
        }
        if (at < text.Length) pieces.Add((at, text.Length, invert));
        return Words(pieces).Select(word => text[word.Start..word.End]);
    }

    private IEnumerable<(int Start, int End)> Words(List<(int Start, int End, bool Match)> pieces)
    {
        (int Start, int End)? open = null;
        bool openMatches = false;
        foreach ((int start, int end, bool match) in pieces)
        {
            if (match && behavior == SplitBehavior.Removed) continue;
            bool joins = open is not null && behavior switch
            {
                SplitBehavior.MergedWithPrevious => match && !openMatches,
                SplitBehavior.MergedWithNext => !match && openMatches,
                SplitBehavior.Contiguous => match == openMatches,
                _ => false,
            };
            if (!joins && open is { } word) yield return word;
            open = joins ? (open!.Value.Start, end) : (start, end);
            openMatches = match;
        }
        if (open is { } last) yield return last;
    }
}
