namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>
/// All the ways in which the bytes so far can be the beginning of a text of the grammar: for each, what is still to come. A byte leads
/// to another state, which is looked for once. Not to be used by two threads at a time.
/// </summary>
internal sealed class GrammarState(GrammarStates all, Frame[] ways, bool mayEnd)
{
    private GrammarState?[]? _next;

    /// <summary>What may come next, each beginning with a byte; none twice.</summary>
    public ReadOnlySpan<Frame> Ways => ways;

    /// <summary>Whether the bytes so far are a text of the grammar.</summary>
    public bool MayEnd => mayEnd;

    /// <summary>Whether the bytes so far are a text of the grammar that nothing can follow.</summary>
    public bool Ended => mayEnd && ways.Length == 0;

    /// <summary>Whether the bytes so far are the beginning of no text of the grammar.</summary>
    public bool IsDead { get; } = !mayEnd && ways.Length == 0;

    /// <summary>Most sequences that enclosed one another on the way here from the state before.</summary>
    public int Reach { get; set; }

    public static GrammarState Begin(Grammar grammar) => new GrammarStates(grammar).Begin();

    /// <summary>Whether these bytes may come next.</summary>
    public bool Allows(ReadOnlySpan<byte> bytes) => !After(bytes).IsDead;

    /// <summary>The state after these bytes.</summary>
    public GrammarState After(ReadOnlySpan<byte> bytes)
    {
        GrammarState state = this;
        for (int i = 0; i < bytes.Length && !state.IsDead; i++) state = state.After(bytes[i]);
        return state;
    }

    /// <summary>The state after one byte.</summary>
    public GrammarState After(byte next)
    {
        _next ??= new GrammarState?[all.Classes.Count];
        return _next[all.Classes[next]] ?? Find(next);
    }

    /// <summary>Lets go of what can be found out again.</summary>
    public void Forget() => _next = null;

    private GrammarState Find(byte next)
    {
        GrammarState found = all.After(this, next);
        // Where all have been forgotten meanwhile, so was this one's list.
        _next ??= new GrammarState?[all.Classes.Count];
        return _next[all.Classes[next]] = found;
    }
}
