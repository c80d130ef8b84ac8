namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>Bytes that no symbol of a grammar tells apart are one class: after each of them comes the same.</summary>
internal sealed class ByteClasses
{
    private readonly byte[] _classes = new byte[256];

    public ByteClasses(Grammar grammar)
    {
        HashSet<ByteSet> sets = [];
        for (int rule = 0; rule < grammar.Count; rule++)
        {
            foreach (Symbol[] choice in grammar[rule])
            {
                foreach (Symbol symbol in choice)
                {
                    if (symbol.Set is { } set && Count < 256 && sets.Add(set)) Split(set);
                }
            }
        }
    }

    public int Count { get; private set; } = 1;

    public int this[byte value] => _classes[value];

    // Each class with bytes both in and out of the set becomes two.
    private void Split(ByteSet set)
    {
        Span<int> parts = stackalloc int[512];
        parts.Fill(-1);
        int count = 0;
        for (int value = 0; value < 256; value++)
        {
            ref int part = ref parts[(_classes[value] * 2) + (set.Contains((byte)value) ? 1 : 0)];
            if (part < 0) part = count++;
            _classes[value] = (byte)part;
        }
        Count = count;
    }
}
