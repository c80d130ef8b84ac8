namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>
/// The texts of a vocabulary as a tree of bytes, in which tokens that begin alike share their beginning. Made once and never changed.
/// </summary>
internal sealed class TokenTrie
{
    /// <summary>About the memory that a token takes: its bytes as an object of their own, and the nodes that are no other's.</summary>
    public const int BytesOfToken = 160;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _texts;
    private readonly TrieNode[] _nodes;
    private readonly int[] _tokens;

    /// <param name="texts">The bytes that each token stands for; empty for one without text.</param>
    public TokenTrie(IReadOnlyList<ReadOnlyMemory<byte>> texts)
    {
        _texts = texts;
        _tokens = [.. Enumerable.Range(0, texts.Count).Where(token => texts[token].Length > 0)];
        Array.Sort(_tokens, (one, other) => texts[one].Span.SequenceCompareTo(texts[other].Span) is var order and not 0 ? order : one - other);
        Longest = texts.Select(text => text.Length).DefaultIfEmpty(0).Max();
        _nodes = Grow();
    }

    /// <summary>Number of tokens, those without text included.</summary>
    public int Count => _texts.Count;

    /// <summary>Bytes of the longest token.</summary>
    public int Longest { get; }

    /// <summary>The nodes, each before those below it; behind the last is one that only says where the tokens end.</summary>
    public ReadOnlySpan<TrieNode> Nodes => _nodes;

    /// <summary>The bytes that a token stands for; none for an id that is no token's.</summary>
    public ReadOnlySpan<byte> TextOf(int token) => token < _texts.Count ? _texts[token].Span : [];

    /// <summary>The tokens whose text ends at a node.</summary>
    public ReadOnlySpan<int> TokensAt(int node) => _tokens.AsSpan(_nodes[node].FirstToken.._nodes[node + 1].FirstToken);

    // Tokens come in the order of their bytes: each opens the nodes that the one before did not.
    private TrieNode[] Grow()
    {
        List<TrieNode> nodes = [];
        int[] open = new int[Longest];
        ReadOnlySpan<byte> before = [];
        for (int i = 0; i < _tokens.Length; i++)
        {
            ReadOnlySpan<byte> text = _texts[_tokens[i]].Span;
            int alike = text.CommonPrefixLength(before);
            Close(alike, before.Length);
            for (int depth = alike; depth < text.Length; depth++)
            {
                open[depth] = nodes.Count;
                nodes.Add(new TrieNode(text[depth], depth, i, End: 0));
            }
            before = text;
        }
        Close(0, before.Length);
        nodes.Add(new TrieNode(0, 0, _tokens.Length, nodes.Count + 1));
        return [.. nodes];

        void Close(int from, int to)
        {
            for (int depth = from; depth < to; depth++) nodes[open[depth]] = nodes[open[depth]] with { End = nodes.Count };
        }
    }
}

/// <summary>One byte of the tokens that share all bytes up to it.</summary>
/// <param name="Label">The byte.</param>
/// <param name="Depth">How many bytes come before it.</param>
/// <param name="FirstToken">Place of the first token that ends here or later.</param>
/// <param name="End">The first node that is not below this one.</param>
internal readonly record struct TrieNode(byte Label, int Depth, int FirstToken, int End);
