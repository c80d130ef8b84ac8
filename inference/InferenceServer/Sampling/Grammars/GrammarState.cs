namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>
/// All the ways in which the bytes so far can be the beginning of a text of the grammar: for each, what is still to come. Never
/// changed; a byte leads to another state.
/// </summary>
internal sealed class GrammarState
{
    private readonly Grammar _grammar;
    private readonly IReadOnlyList<Pending> _ways;

    private GrammarState(Grammar grammar, IReadOnlyList<Pending> ways, bool mayEnd) => (_grammar, _ways, MayEnd) = (grammar, ways, mayEnd);

    /// <summary>Whether the bytes so far are a text of the grammar.</summary>
    public bool MayEnd { get; }

    public static GrammarState Begin(Grammar grammar) => From(grammar, [new Pending([Symbol.Rule(0)], 0, null)]);

    /// <summary>Whether these bytes may come next.</summary>
    public bool Allows(ReadOnlySpan<byte> bytes)
    {
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

    private GrammarState After(byte next)
    {
        List<Pending?> after = [];
        foreach (Pending way in _ways)
        {
            if (way.First.Set!.Contains(next)) after.Add(way.Rest);
        }
        return From(_grammar, after);
    }

    // Replaces rules by what they stand for until each way begins with a byte. A rule that begins with itself would never end;
    // JSON has none.
    private static GrammarState From(Grammar grammar, IEnumerable<Pending?> ways)
    {
        List<Pending> expanded = [];
        HashSet<Pending> seen = [];
        bool mayEnd = false;
        Stack<Pending?> open = new(ways);
        while (open.TryPop(out Pending? way))
        {
            if (way is null) mayEnd = true;
            else if (way.First.Set is not null)
            {
                if (seen.Add(way)) expanded.Add(way);
            }
            else
            {
                foreach (Symbol[] choice in grammar[way.First.Index]) open.Push(choice.Length == 0 ? way.Rest : new Pending(choice, 0, way.Rest));
            }
        }
        return new GrammarState(grammar, expanded, mayEnd);
    }

    /// <summary>Symbols still to come: the rest of one sequence, and behind it what encloses it.</summary>
    private sealed record Pending(Symbol[] Sequence, int At, Pending? Then)
    {
        public Symbol First => Sequence[At];

        public Pending? Rest => At + 1 < Sequence.Length ? this with { At = At + 1 } : Then;
    }
}
