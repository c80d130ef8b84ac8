namespace LlmOps.Inference.Tokenization;

/// <summary>GPT-2's printable stand-in character for each byte, in which byte-level vocabularies are written.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = BuildCharacters();
    private static readonly Dictionary<char, byte> Bytes = Characters.Select((c, b) => (c, b)).ToDictionary(p => p.c, p => (byte)p.b);

    public static string OfByte(byte value) => Characters[value].ToString();

    /// <summary>The spelling of bytes.</summary>
    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        Span<char> spelled = bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (int i = 0; i < bytes.Length; i++) spelled[i] = Characters[bytes[i]];
        return new string(spelled);
    }

    /// <summary>The bytes that a vocabulary entry spells, or null when it holds a character outside the alphabet.</summary>
    public static byte[]? Spelled(string entry)
    {
        byte[] bytes = new byte[entry.Length];
        for (int i = 0; i < entry.Length; i++)
        {
            if (!Bytes.TryGetValue(entry[i], out bytes[i])) return null;
        }
        return bytes;
    }

    private static char[] BuildCharacters()
    {
        int extra = 0;
        return [.. Enumerable.Range(0, 256).Select(b => b is >= 33 and < 127 or >= 161 and < 173 or >= 174 ? (char)b : (char)(256 + extra++))];
    }
}
