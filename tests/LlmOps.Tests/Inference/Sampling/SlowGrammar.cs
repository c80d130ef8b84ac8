using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Tests.Inference.Sampling;

/// <summary>
/// Says of bytes whether they begin a text of a grammar, one byte after the other and remembering nothing: too slow to serve with, and
/// simple enough to be right.
/// </summary>
internal sealed class SlowGrammar(Grammar grammar)
{
    private const int Deepest = GrammarStates.Deepest;

    private static readonly Symbol End = Symbol.Bytes(ByteSet.Of(Array.Empty<byte>()));

    /// <summary>What is to come before the first byte.</summary>
    public HashSet<Way> Begin() => Expand([new Way(Symbol.Rule(0), null)]);

    /// <summary>What is still to come, in each way, after these bytes; nothing where no text goes on with them.</summary>
    public HashSet<Way> After(HashSet<Way> ways, IEnumerable<byte> bytes)
    {
        foreach (byte next in bytes) ways = Expand(ways.Where(way => way.Ahead.Set is { } set && set.Contains(next)).Select(way => way.Rest));
        return ways;
    }

    private HashSet<Way> Expand(IEnumerable<Way?> begun)
    {
        HashSet<Way> known = [];
        HashSet<Way> done = [];
        Stack<Way?> open = new(begun);
        while (open.TryPop(out Way? way))
        {
            // An empty set of bytes stands for the end, which nothing follows.
            if (way is null) done.Add(new Way(End, null));
            else if (!known.Add(way)) continue;
            else if (way.Ahead.Set is not null) done.Add(way);
            else
            {
                foreach (Symbol[] choice in grammar[way.Ahead.Index])
                {
                    Way? next = way.Rest;
                    foreach (Symbol symbol in choice.Reverse()) next = new Way(symbol, next);
                    if (next is null || next.Depth <= Deepest * 10) open.Push(next);
                }
            }
        }
        return done;
    }

    /// <summary>A symbol that is to come, and what comes behind it.</summary>
    internal sealed record Way(Symbol Ahead, Way? Rest)
    {
        public int Depth { get; } = 1 + (Rest?.Depth ?? 0);

        private readonly int _hash = HashCode.Combine(Ahead, Rest?._hash ?? 0);

        public bool Equals(Way? other)
        {
            for (Way? one = this; one is not null || other is not null; one = one.Rest, other = other.Rest)
            {
                if (ReferenceEquals(one, other)) return true;
                if (one is null || other is null || one._hash != other._hash || one.Ahead != other.Ahead) return false;
            }
            return true;
        }

        public override int GetHashCode() => _hash;
    }
}
