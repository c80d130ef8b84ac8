using System.Text;
using System.Text.Unicode;

namespace LlmOps.Inference.Tokenization;

/// <summary>
/// Byte-pair encoding as the tokenizers library does it: added tokens, normaliser, splitters, merges; and tokens back to text. Safe
/// to use from many threads.
/// </summary>
internal sealed class Tokenizer
{
    private readonly TokenizerFile _file;
    private readonly BytePairEncoding _bytePairs;
    private readonly AddedTokens _asWritten;
    private readonly AddedTokens _normalized;
    private readonly Dictionary<int, byte[]> _bytes = [];
    private readonly HashSet<int> _special;

    // Filled as tokens are met; two threads at a time may make the same text, and either will do. Ids beyond their number are rare.
    private readonly string?[] _texts;

    public Tokenizer(TokenizerFile file)
    {
        _file = file;
        _bytePairs = new BytePairEncoding(file.Model);
        _asWritten = new AddedTokens(file.AddedTokens.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        _normalized = new AddedTokens(file.AddedTokens.Where(token => token.Normalized).Select(token => (file.Normalize(token.Content), token)));
        _special = [.. file.AddedTokens.Where(token => token.Special).Select(token => token.Id)];
        foreach ((string entry, int id) in file.Model.Vocabulary) _bytes[id] = file.Text.Of(entry);
        foreach (AddedToken token in file.AddedTokens) _bytes[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        _texts = new string?[_bytes.Count];
        LongestToken = _bytes.Values.Max(b => b.Length);
    }

    /// <summary>Bytes of the longest token: n bytes of text are never fewer than n / LongestToken tokens.</summary>
    public int LongestToken { get; }

    /// <summary>Whether a space at the beginning of an answer is no part of it.</summary>
    public bool StripsFirstSpace => _file.Text.StripsFirstSpace;

    public bool Knows(int token) => _bytes.ContainsKey(token);

    public bool IsSpecial(int token) => _special.Contains(token);

    /// <summary>The bytes of one token, which may be part of a character; empty for an id outside the vocabulary.</summary>
    public ReadOnlySpan<byte> Bytes(int token) => _bytes.TryGetValue(token, out byte[]? bytes) ? bytes : [];

    /// <summary>The text of a token that is whole characters, made once; null of any other.</summary>
    public string? WholeText(int token)
    {
        if ((uint)token >= (uint)_texts.Length) return null;
        if (_texts[token] is { } known) return known;
        return _bytes.TryGetValue(token, out byte[]? bytes) && Utf8.IsValid(bytes) ? _texts[token] = Encoding.UTF8.GetString(bytes) : null;
    }

    /// <summary>The bytes that a token adds to an answer; none for a special token.</summary>
    public ReadOnlyMemory<byte> TextBytes(int token) => !IsSpecial(token) && _bytes.TryGetValue(token, out byte[]? bytes) ? bytes : default;

    /// <summary>The bytes that each token adds to an answer, by its id.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Texts() => [.. Enumerable.Range(0, _bytes.Keys.Max() + 1).Select(TextBytes)];

    /// <summary>The token ids of a text; special tokens written in it are recognised, none is added.</summary>
    public int[] Encode(string text)
    {
        List<int> tokens = [];
        bool first = true;
        foreach ((string raw, AddedToken? written) in _asWritten.Cut(text))
        {
            if (written is not null) tokens.Add(written.Id);
            else EncodeNormalized(_file.Normalize(raw), first, tokens);
            first = false;
        }
        return [.. tokens];
    }

    /// <summary>The token ids of a whole text, within what the model expects around one; nothing is put there twice.</summary>
    public int[] EncodeFramed(string text)
    {
        int[] tokens = Encode(text);
        (IReadOnlyList<int> before, IReadOnlyList<int> after) = _file.Frame;
        bool framed = before.Count > 0 && tokens.AsSpan().StartsWith([.. before]);
        return framed ? tokens : [.. before, .. tokens, .. after];
    }

    /// <summary>The text of tokens, special ones included.</summary>
    public string Decode(IEnumerable<int> tokens)
    {
        TextStream stream = new(this, keepSpecial: true);
        return string.Concat(tokens.Select(stream.Append)) + stream.Complete();
    }

    private void EncodeNormalized(string text, bool first, List<int> tokens)
    {
        foreach ((string stretch, AddedToken? token) in _normalized.Cut(text))
        {
            if (token is not null) tokens.Add(token.Id);
            else EncodeWords(stretch, first, splitter: 0, tokens);
            first = false;
        }
    }

    private void EncodeWords(string text, bool first, int splitter, List<int> tokens)
    {
        if (splitter == _file.Splitters.Count)
        {
            _bytePairs.Encode(text, tokens);
            return;
        }
        foreach (string word in _file.Splitters[splitter].Split(text, first))
        {
            EncodeWords(word, first, splitter + 1, tokens);
            first = false;
        }
    }
}
