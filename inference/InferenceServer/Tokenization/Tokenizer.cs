using System.Buffers;
using System.Text;

namespace LlmOps.Inference.Tokenization;

/// <summary>Byte-level BPE: text to token ids and back. Safe to use from many threads.</summary>
internal sealed class Tokenizer
{
    private readonly BytePairEncoding _bytePairs;
    private readonly AddedToken[] _added;
    private readonly SearchValues<string> _addedTexts;
    private readonly Dictionary<int, byte[]> _bytes = [];
    private readonly HashSet<int> _special;

    public Tokenizer(TokenizerFile file)
    {
        _bytePairs = new BytePairEncoding(file.Vocabulary, file.Merges);
        // At one place the longest token wins.
        _added = [.. file.AddedTokens.Where(t => t.Content.Length > 0).OrderByDescending(t => t.Content.Length)];
        _addedTexts = SearchValues.Create([.. _added.Select(t => t.Content)], StringComparison.Ordinal);
        _special = [.. _added.Where(t => t.Special).Select(t => t.Id)];
        foreach ((string entry, int id) in file.Vocabulary) _bytes[id] = ByteAlphabet.Spelled(entry) ?? Encoding.UTF8.GetBytes(entry);
        foreach (AddedToken token in _added) _bytes[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        LongestToken = _bytes.Values.Max(b => b.Length);
    }

    /// <summary>Bytes of the longest token: n bytes of text are never fewer than n / LongestToken tokens.</summary>
    public int LongestToken { get; }

    public bool Knows(int token) => _bytes.ContainsKey(token);

    public bool IsSpecial(int token) => _special.Contains(token);

    /// <summary>The bytes of one token, which may be part of a character; empty for an id outside the vocabulary.</summary>
    public ReadOnlySpan<byte> Bytes(int token) => _bytes.TryGetValue(token, out byte[]? bytes) ? bytes : [];

    /// <summary>The token ids of a text; special tokens written in it are recognised, none is added.</summary>
    public int[] Encode(string text)
    {
        List<int> tokens = [];
        int at = 0;
        while (at < text.Length)
        {
            (int start, AddedToken? added) = NextAdded(text, at);
            EncodeWords(text.AsSpan(at, start - at), tokens);
            if (added is not null) tokens.Add(added.Id);
            at = start + (added?.Content.Length ?? 0);
        }
        return [.. tokens];
    }

    /// <summary>The text of tokens, special ones included.</summary>
    public string Decode(IEnumerable<int> tokens)
    {
        TextStream stream = new(this, keepSpecial: true);
        return string.Concat(tokens.Select(stream.Append)) + stream.Complete();
    }

    private void EncodeWords(ReadOnlySpan<char> text, List<int> tokens)
    {
        while (text.Length > 0)
        {
            int length = WordSplitter.FirstWord(text);
            _bytePairs.Encode(text[..length], tokens);
            text = text[length..];
        }
    }

    private (int Start, AddedToken? Token) NextAdded(string text, int from)
    {
        int at = text.AsSpan(from).IndexOfAny(_addedTexts);
        if (at < 0) return (text.Length, null);
        return (from + at, _added.First(t => text.AsSpan(from + at).StartsWith(t.Content, StringComparison.Ordinal)));
    }
}
