using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>A set of tokens: listed where they are few, else one bit each.</summary>
internal sealed class TokenMask
{
    private const int WordBits = 64;
    private const int MostListed = 256;
    private const int OverheadBytes = 128;

    private static readonly Vector256<int> BitOfLane = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
    private static readonly Vector256<float> Never = Vector256.Create(float.NegativeInfinity);

    private readonly ulong[]? _bits;
    private readonly int[] _listed = [];

    /// <param name="bits">A bit for each token, the first in the lowest of the first word.</param>
    public TokenMask(ReadOnlySpan<ulong> bits)
    {
        foreach (ulong word in bits) Count += BitOperations.PopCount(word);
        if (Count > MostListed) _bits = bits.ToArray();
        else _listed = List(bits, Count);
    }

    /// <summary>Number of tokens in it.</summary>
    public int Count { get; }

    /// <summary>Nodes of the trie at which the text is complete, and below which tokens go on.</summary>
    public IReadOnlyList<int> Exits { get; init; } = [];

    /// <summary>Most sequences that enclosed one another while it was made.</summary>
    public int Reach { get; init; }

    /// <summary>About the memory that it takes.</summary>
    public int Bytes => OverheadBytes + ((_bits?.Length ?? 0) * sizeof(ulong)) + ((_listed.Length + Exits.Count) * sizeof(int));

    public bool this[int token] => _bits is null
        ? Array.BinarySearch(_listed, token) >= 0
        : token / WordBits < _bits.Length && (_bits[token / WordBits] >> (token % WordBits) & 1) != 0;

    /// <summary>How many words the bits of so many tokens take.</summary>
    public static int Words(int tokens) => (tokens + WordBits - 1) / WordBits;

    public static void Add(Span<ulong> bits, int token) => bits[token / WordBits] |= 1UL << (token % WordBits);

    /// <summary>Sets the bits of its tokens and clears all others.</summary>
    public void CopyTo(Span<ulong> bits)
    {
        bits.Clear();
        _bits?.CopyTo(bits);
        foreach (int token in _listed) Add(bits, token);
    }

    /// <summary>Makes all other tokens impossible.</summary>
    /// <param name="logits">One row, a value for each token of the vocabulary.</param>
    public void Restrict(Span<float> logits)
    {
        if (_bits is null)
        {
            RestrictToListed(logits);
            return;
        }
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

    private void RestrictToListed(Span<float> logits)
    {
        Span<float> kept = stackalloc float[MostListed];
        int within = 0;
        for (; within < _listed.Length && _listed[within] < logits.Length; within++) kept[within] = logits[_listed[within]];
        logits.Fill(float.NegativeInfinity);
        for (int i = 0; i < within; i++) logits[_listed[i]] = kept[i];
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

    private static int[] List(ReadOnlySpan<ulong> bits, int count)
    {
        int[] listed = new int[count];
        int next = 0;
        for (int word = 0; word < bits.Length; word++)
        {
            for (ulong left = bits[word]; left != 0; left &= left - 1) listed[next++] = (word * WordBits) + BitOperations.TrailingZeroCount(left);
        }
        return listed;
    }
}
