namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>
/// All the ways in which the bytes so far can be the beginning of a text of the grammar: for each, what is still to come. Never
/// changed; a byte leads to another state.
/// </summary>
internal sealed class GrammarState
{
    // What follows costs time for each token that is tried; nobody reads JSON that is nested deeper.
    private const int MostWays = 5000;
    private const int Deepest = 1000;

    private readonly Grammar _grammar;
    private readonly IReadOnlyList<Pending> _ways;
    private bool[]? _next;

    private GrammarState(Grammar grammar, IReadOnlyList<Pending> ways, bool mayEnd) => (_grammar, _ways, MayEnd) = (grammar, ways, mayEnd);

    /// <summary>Whether the bytes so far are a text of the grammar.</summary>
    public bool MayEnd { get; }

    /// <summary>Whether the bytes so far are a text of the grammar that nothing can follow.</summary>
    public bool Ended => MayEnd && _ways.Count == 0;

    public static GrammarState Begin(Grammar grammar) => From(grammar, [new Pending([Symbol.Rule(0)], 0, null)]);

    /// <summary>Whether these bytes may come next.</summary>
    public bool Allows(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && !(_next ??= Next())[bytes[0]]) return false;
        GrammarState state = this;
        foreach (byte next in bytes)
        {
            state = state.After(next);
            if (state._ways.Count == 0 && !state.MayEnd) return false;
        }
        return true;
    }

    /// <summary>The state after these bytes, which must be allowed.</summary>
    public GrammarState After(ReadOnlySpan<byte> bytes)
    {
        GrammarState state = this;
        foreach (byte next in bytes) state = state.After(next);
        return state;
    }

    // Most tokens of a vocabulary are out by their first byte.
    private bool[] Next()
    {
        bool[] next = new bool[256];
        foreach (ByteSet set in _ways.Select(way => way.First.Set!).Distinct())
        {
            for (int value = 0; value < next.Length; value++) next[value] |= set.Contains((byte)value);
        }
        return next;
    }

    private GrammarState After(byte next)
    {
        List<Pending?> after = [];
        foreach (Pending way in _ways)
        {
            if (way.First.Set!.Contains(next)) after.Add(way.Rest);
        }
        return From(_grammar, after);
    }

    // Replaces rules by what they stand for until each way begins with a byte. Equal ways are gone once: a rule may be its own choice.
    private static GrammarState From(Grammar grammar, IEnumerable<Pending?> ways)
    {
        List<Pending> expanded = [];
        HashSet<Pending> seen = [];
        bool mayEnd = false;
        Stack<Pending?> open = new(ways);
        while (open.TryPop(out Pending? way))
        {
            if (way is null)
            {
                mayEnd = true;
                continue;
            }
            if (!seen.Add(way)) continue;
            if (seen.Count > MostWays) throw new InvalidOperationException("the text may go on in too many ways");
            if (way.First.Set is not null)
            {
                expanded.Add(way);
                continue;
            }
            Pending? rest = way.Rest;
            foreach (Symbol[] choice in grammar[way.First.Index])
            {
                Pending? next = choice.Length == 0 ? rest : new Pending(choice, 0, rest);
                if (next is null || next.Depth <= Deepest) open.Push(next);
            }
        }
        return new GrammarState(grammar, expanded, mayEnd);
    }
}
