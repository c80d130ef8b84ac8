using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>A set of tokens, one bit each.</summary>
internal sealed class TokenMask
{
    private const int WordBits = 64;
    private static readonly Vector256<int> BitOfLane = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
    private static readonly Vector256<float> Never = Vector256.Create(float.NegativeInfinity);

    private readonly ulong[] _bits;

    public TokenMask(int tokens) => _bits = new ulong[(tokens + WordBits - 1) / WordBits];

    private TokenMask(ulong[] bits) => _bits = bits;

    /// <summary>Nodes of the trie at which the text is complete, and below which tokens go on.</summary>
    public IReadOnlyList<int> Exits { get; set; } = [];

    /// <summary>Most sequences that enclosed one another while it was made.</summary>
    public int Reach { get; set; }

    public int Bytes => _bits.Length * sizeof(ulong);

    public bool this[int token] => token / WordBits < _bits.Length && (_bits[token / WordBits] >> (token % WordBits) & 1) != 0;

    public int Count => _bits.Sum(BitOperations.PopCount);

    public void Add(int token) => _bits[token / WordBits] |= 1UL << (token % WordBits);

    public TokenMask Copy() => new([.. _bits]);

    /// <summary>Makes all other tokens impossible.</summary>
    /// <param name="logits">One row, a value for each token of the vocabulary.</param>
    public void Restrict(Span<float> logits)
    {
        int words = Math.Min(_bits.Length, logits.Length / WordBits);
        for (int word = 0; word < words; word++)
        {
            ulong bits = _bits[word];
            if (bits == ulong.MaxValue) continue;
            Span<float> part = logits.Slice(word * WordBits, WordBits);
            if (bits == 0) part.Fill(float.NegativeInfinity);
            else Restrict(ref MemoryMarshal.GetReference(part), bits);
        }
        for (int token = words * WordBits; token < logits.Length; token++)
        {
            if (!this[token]) logits[token] = float.NegativeInfinity;
        }
    }

    private static void Restrict(ref float part, ulong bits)
    {
        for (nuint at = 0; at < WordBits; at += (nuint)Vector256<float>.Count, bits >>= Vector256<float>.Count)
        {
            Vector256<int> lanes = Vector256.Create((int)(bits & 0xFF)) & BitOfLane;
            Vector256<float> kept = Vector256.Equals(lanes, BitOfLane).AsSingle();
            Vector256.ConditionalSelect(kept, Vector256.LoadUnsafe(ref part, at), Never).StoreUnsafe(ref part, at);
        }
    }
}
