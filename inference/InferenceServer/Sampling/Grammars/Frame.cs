namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>
/// Symbols still to come: the rest of one sequence, and behind it what encloses it. <see cref="GrammarStates"/> has each only once, so
/// that equal ones are the same.
/// </summary>
internal sealed class Frame(int id, Symbol[] sequence, int at, Frame? then)
{
    /// <summary>Its number in the order in which frames were made.</summary>
    public int Id => id;

    public Symbol[] Sequence => sequence;

    public int At => at;

    /// <summary>What encloses the sequence; null where nothing does.</summary>
    public Frame? Then => then;

    /// <summary>Sequences that enclose one another here.</summary>
    public int Depth { get; } = 1 + (then?.Depth ?? 0);

    public Symbol First => sequence[at];

    /// <summary>Whether more than the first symbol is left of the sequence.</summary>
    public bool HasMore => at + 1 < sequence.Length;
}
