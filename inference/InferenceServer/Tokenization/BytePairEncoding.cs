using System.Text;

namespace LlmOps.Inference.Tokenization;

/// <summary>Joins the bytes or characters of a word into tokens, the pair with the lowest rank first.</summary>
internal sealed class BytePairEncoding
{
    private readonly BpeModel _model;
    private readonly int[] _byteTokens;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Token)> _merges = [];

    public BytePairEncoding(BpeModel model)
    {
        _model = model;
        bool spellsBytes = model.ByteLevel || model.ByteFallback;
        _byteTokens = spellsBytes
            ? [.. Enumerable.Range(0, 256).Select(b => Known(model.ByteLevel ? ByteAlphabet.OfByte((byte)b) : TokenText.FallbackEntry((byte)b)))]
            : [];
        foreach ((string left, string right) in model.Merges)
        {
            _merges.TryAdd((Known(left), Known(right)), (_merges.Count, Known(left + right)));
        }
    }

    /// <summary>Appends the tokens of one word; n characters take O(n log n).</summary>
    public void Encode(string word, List<int> tokens)
    {
        byte[]? bytes = _model.ByteLevel ? Encoding.UTF8.GetBytes(word) : null;
        if (_model.WholeWordsFirst && _model.Vocabulary.TryGetValue(bytes is null ? word : ByteAlphabet.Spell(bytes), out int whole))
        {
            tokens.Add(whole);
            return;
        }
        Join(bytes is null ? Characters(word) : [.. bytes.Select(b => _byteTokens[b])], tokens);
    }

    /// <summary>The tokens of the characters; those not in the vocabulary as bytes where that is allowed, or as unknown.</summary>
    private int[] Characters(string word)
    {
        List<int> symbols = [];
        bool unknown = false;
        Span<byte> bytes = stackalloc byte[4];
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (_model.Vocabulary.TryGetValue(rune.ToString(), out int known))
            {
                symbols.Add(known);
                unknown = false;
            }
            else if (_model.ByteFallback)
            {
                int count = rune.EncodeToUtf8(bytes);
                foreach (byte b in bytes[..count]) symbols.Add(_byteTokens[b]);
                unknown = false;
            }
            else if (_model.Unknown is { } token)
            {
                if (!unknown || !_model.FusesUnknown) symbols.Add(token);
                unknown = true;
            }
        }
        return [.. symbols];
    }

    private void Join(int[] symbols, List<int> tokens)
    {
        Chain chain = new(symbols);
        PriorityQueue<(int At, int Left, int Right), (int Rank, int At)> candidates = new();
        for (int i = 0; i + 1 < symbols.Length; i++) Consider(chain, i, candidates);
        while (candidates.TryDequeue(out (int At, int Left, int Right) pair, out _))
        {
            int next = chain.Next[pair.At];
            // An earlier merge may have taken either half.
            if (chain.Tokens[pair.At] != pair.Left || next >= chain.Length || chain.Tokens[next] != pair.Right) continue;
            chain.Join(pair.At, _merges[(pair.Left, pair.Right)].Token);
            Consider(chain, pair.At, candidates);
            if (chain.Previous[pair.At] >= 0) Consider(chain, chain.Previous[pair.At], candidates);
        }
        for (int i = 0; i < chain.Length; i = chain.Next[i]) tokens.Add(chain.Tokens[i]);
    }

    private void Consider(Chain chain, int at, PriorityQueue<(int, int, int), (int, int)> candidates)
    {
        int next = chain.Next[at];
        if (next >= chain.Length) return;
        (int left, int right) = (chain.Tokens[at], chain.Tokens[next]);
        if (_merges.TryGetValue((left, right), out (int Rank, int Token) merge)) candidates.Enqueue((at, left, right), (merge.Rank, at));
    }

    private int Known(string entry) =>
        _model.Vocabulary.TryGetValue(entry, out int id) ? id : throw new UnsupportedTokenizerException($"tokenizer.json: the vocabulary lacks '{entry}'");

    /// <summary>The tokens of a word as a linked list over the positions of its symbols.</summary>
    private sealed class Chain
    {
        private const int Gone = -1;

        public Chain(int[] tokens)
        {
            Length = tokens.Length;
            (Tokens, Next, Previous) = (tokens, new int[Length], new int[Length]);
            for (int i = 0; i < Length; i++) (Next[i], Previous[i]) = (i + 1, i - 1);
        }

        public int Length { get; }
        public int[] Tokens { get; }
        public int[] Next { get; }
        public int[] Previous { get; }

        public void Join(int at, int token)
        {
            int taken = Next[at];
            Tokens[at] = token;
            Tokens[taken] = Gone;
            Next[at] = Next[taken];
            if (Next[at] < Length) Previous[Next[at]] = at;
        }
    }
}
