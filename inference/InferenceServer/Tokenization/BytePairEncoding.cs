using System.Text;

namespace LlmOps.Inference.Tokenization;

/// <summary>Joins the bytes of a word into tokens, the pair with the lowest rank first.</summary>
internal sealed class BytePairEncoding
{
    private readonly int[] _byteTokens = new int[256];
    private readonly Dictionary<(int Left, int Right), (int Rank, int Token)> _merges = [];

    public BytePairEncoding(IReadOnlyDictionary<string, int> vocabulary, IEnumerable<(string Left, string Right)> merges)
    {
        for (int b = 0; b < 256; b++) _byteTokens[b] = Known(vocabulary, ByteAlphabet.OfByte((byte)b));
        foreach ((string left, string right) in merges)
        {
            _merges.TryAdd((Known(vocabulary, left), Known(vocabulary, right)), (_merges.Count, Known(vocabulary, left + right)));
        }
    }

    /// <summary>Appends the tokens of one word; n bytes take O(n log n).</summary>
    public void Encode(ReadOnlySpan<char> word, List<int> tokens)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(word)];
        Encoding.UTF8.GetBytes(word, bytes);
        Chain chain = new(bytes.Length);
        for (int i = 0; i < bytes.Length; i++) chain.Tokens[i] = _byteTokens[bytes[i]];

        PriorityQueue<(int At, int Left, int Right), (int Rank, int At)> candidates = new();
        for (int i = 0; i + 1 < bytes.Length; i++) Consider(chain, i, candidates);
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

    private static int Known(IReadOnlyDictionary<string, int> vocabulary, string entry) =>
        vocabulary.TryGetValue(entry, out int id)
            ? id
            : throw new UnsupportedTokenizerException($"tokenizer.json: the vocabulary lacks '{entry}'");

    /// <summary>The tokens of a word as a linked list over positions of its bytes.</summary>
    private sealed class Chain
    {
        private const int Gone = -1;

        public Chain(int length)
        {
            Length = length;
            (Tokens, Next, Previous) = (new int[length], new int[length], new int[length]);
            for (int i = 0; i < length; i++) (Next[i], Previous[i]) = (i + 1, i - 1);
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
