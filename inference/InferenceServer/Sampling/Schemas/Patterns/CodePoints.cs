using System.Collections.Immutable;
using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Schemas.Patterns;

/// <summary>A set of Unicode's characters: ranges that neither touch nor overlap, in order; never halves of surrogate pairs.</summary>
internal sealed class CodePoints
{
    private const int Last = 0x10FFFF;
    private readonly ImmutableArray<(int From, int To)> _ranges;

    private CodePoints(IEnumerable<(int From, int To)> ranges) => _ranges = [.. ranges];

    public static CodePoints Any { get; } = new([(0, 0xD7FF), (0xE000, Last)]);

    public static CodePoints Ascii { get; } = Range(0, 0x7F);

    public IReadOnlyList<(int From, int To)> Ranges => _ranges;

    public bool IsEmpty => _ranges.IsEmpty;

    /// <summary>The characters of a range; both ends belong to it.</summary>
    public static CodePoints Range(int from, int to) => new CodePoints([(from, to)]).And(Any);

    public static CodePoints Of(params int[] characters) => Union(characters.Select(one => new CodePoints([(one, one)])));

    /// <summary>The characters of all sets, joined at once: one after the other takes the square of their number.</summary>
    public static CodePoints Union(IEnumerable<CodePoints> sets)
    {
        List<(int From, int To)> joined = [];
        foreach ((int from, int to) in sets.SelectMany(set => set._ranges).Order())
        {
            if (joined.Count > 0 && from <= joined[^1].To + 1) joined[^1] = (joined[^1].From, Math.Max(joined[^1].To, to));
            else joined.Add((from, to));
        }
        return new CodePoints(joined);
    }

    public CodePoints Or(CodePoints other) => Union([this, other]);

    public CodePoints Except(CodePoints other) => And(other.Inverted());

    public CodePoints And(CodePoints other) => new(
        from one in _ranges
        from two in other._ranges
        where one.From <= two.To && two.From <= one.To
        select (Math.Max(one.From, two.From), Math.Min(one.To, two.To)));

    /// <summary>The bytes of each character in UTF-8 (RFC 3629), as few sequences as may be.</summary>
    public IEnumerable<Symbol[]> Utf8() => _ranges.SelectMany(range => Utf8(range.From, range.To));

    private CodePoints Inverted()
    {
        List<(int From, int To)> gaps = [];
        int next = 0;
        foreach ((int from, int to) in _ranges)
        {
            if (from > next) gaps.Add((next, from - 1));
            next = to + 1;
        }
        if (next <= Last) gaps.Add((next, Last));
        return new CodePoints(gaps);
    }

    // Cut where the number of bytes changes, and where what follows a byte is not all that may.
    private static IEnumerable<Symbol[]> Utf8(int from, int to)
    {
        foreach (int edge in new[] { 0x7F, 0x7FF, 0xFFFF })
        {
            if (from <= edge && edge < to) return Utf8(from, edge).Concat(Utf8(edge + 1, to));
        }
        for (int bits = 6; bits < 24 && to > 0x7F; bits += 6)
        {
            int low = (1 << bits) - 1;
            if ((from & ~low) == (to & ~low)) continue;
            if ((from & low) != 0) return Utf8(from, from | low).Concat(Utf8((from | low) + 1, to));
            if ((to & low) != low) return Utf8(from, (to & ~low) - 1).Concat(Utf8(to & ~low, to));
        }
        byte[] first = Bytes(from);
        byte[] last = Bytes(to);
        return [[.. first.Zip(last, (one, other) => Symbol.Bytes(one == other ? ByteSet.One(one) : ByteSet.Range(one, other)))]];
    }

    private static byte[] Bytes(int character)
    {
        byte[] bytes = new byte[4];
        return bytes[..new System.Text.Rune(character).EncodeToUtf8(bytes)];
    }
}
