using System.Buffers;

namespace LlmOps.Inference.Tokenization;

/// <summary>Finds added tokens in a text; at one place the longest wins.</summary>
internal sealed class AddedTokens
{
    private readonly (string Content, AddedToken Token)[] _longestFirst;
    private readonly SearchValues<string> _contents;

    /// <param name="tokens">The tokens and what they look like in the texts that are searched.</param>
    public AddedTokens(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        _longestFirst = [.. tokens.Where(one => one.Content.Length > 0).OrderByDescending(one => one.Content.Length)];
        _contents = SearchValues.Create([.. _longestFirst.Select(one => one.Content)], StringComparison.Ordinal);
    }

    /// <summary>Cuts a text at the tokens; a stretch between two of them is never empty.</summary>
    public IEnumerable<(string Text, AddedToken? Token)> Cut(string text)
    {
        int at = 0;
        int search = 0;
        while (Next(text, search) is { } found)
        {
            if (found.Token.Alone && !IsAlone(text, found.Start, found.Start + found.Length))
            {
                search = found.Start + 1;
                continue;
            }
            int start = found.Start;
            int end = start + found.Length;
            if (found.Token.TakesLeft) while (start > at && char.IsWhiteSpace(text[start - 1])) start--;
            if (found.Token.TakesRight) while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
            if (start > at) yield return (text[at..start], null);
            yield return ("", found.Token);
            at = search = end;
        }
        if (at < text.Length) yield return (text[at..], null);
    }

    private (int Start, int Length, AddedToken Token)? Next(string text, int from)
    {
        int at = _longestFirst.Length == 0 || from >= text.Length ? -1 : text.AsSpan(from).IndexOfAny(_contents);
        if (at < 0) return null;
        (string content, AddedToken token) = _longestFirst.First(one => text.AsSpan(from + at).StartsWith(one.Content, StringComparison.Ordinal));
        return (from + at, content.Length, token);
    }

    private static bool IsAlone(string text, int start, int end) =>
        (start == 0 || !IsWordPart(text[start - 1])) && (end == text.Length || !IsWordPart(text[end]));

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c == '_';
}
