namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>One byte out of a set, or all that a rule stands for.</summary>
internal readonly record struct Symbol
{
    private Symbol(ByteSet? bytes, int index) => (Set, Index) = (bytes, index);

    /// <summary>The bytes to choose from; null for a rule.</summary>
    public ByteSet? Set { get; }

    /// <summary>The rule's number in its grammar.</summary>
    public int Index { get; }

    public static Symbol Bytes(ByteSet set) => new(set, 0);

    public static Symbol Rule(int index) => new(null, index);
}
