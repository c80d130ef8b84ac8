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
        Dictionary<(byte Old, bool Inside), byte> parts = [];
        for (int value = 0; value < 256; value++)
        {
            (byte Old, bool Inside) part = (_classes[value], set.Contains((byte)value));
            if (!parts.TryGetValue(part, out byte known)) known = parts[part] = (byte)parts.Count;
            _classes[value] = known;
        }
        Count = parts.Count;
    }
}
