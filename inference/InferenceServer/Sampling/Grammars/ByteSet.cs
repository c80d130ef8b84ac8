namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>A set of bytes.</summary>
internal sealed class ByteSet
{
    private readonly bool[] _contains = new bool[256];

    public bool Contains(byte value) => _contains[value];

    public static ByteSet Of(params byte[] values)
    {
        ByteSet set = new();
        foreach (byte value in values) set._contains[value] = true;
        return set;
    }

    public static ByteSet Range(byte first, byte last) => Of([.. Enumerable.Range(first, last - first + 1).Select(value => (byte)value)]);

    public static ByteSet Of(string ascii) => Of([.. ascii.Select(c => (byte)c)]);

    public ByteSet Except(string ascii) => Of([.. Enumerable.Range(0, 256).Select(v => (byte)v).Where(v => _contains[v] && !ascii.Contains((char)v, StringComparison.Ordinal))]);
}
