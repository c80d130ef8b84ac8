using System.Text;

namespace LlmOps.Inference.Tokenization;

/// <summary>Decodes token by token; bytes of an unfinished character wait for the rest of it.</summary>
internal sealed class TextStream(Tokenizer tokenizer, bool keepSpecial)
{
    private const int MostOnStack = 256;

    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private bool _begun;
    private bool _unfinished;

    /// <summary>The text that this token completes, perhaps none. Where tokens are whole characters, nothing is allocated for it.</summary>
    public string Append(int token)
    {
        // A special token interrupts text: what came before it can no longer become a character.
        if (tokenizer.IsSpecial(token)) return Complete() + (keepSpecial ? Encoding.UTF8.GetString(tokenizer.Bytes(token)) : "");
        ReadOnlySpan<byte> bytes = tokenizer.Bytes(token);
        bool strips = !_begun && tokenizer.StripsFirstSpace && bytes.StartsWith(" "u8);
        _begun = true;
        if (!strips && !_unfinished && tokenizer.WholeText(token) is { } text) return text;
        string decoded = Decode(strips ? bytes[1..] : bytes, flush: false);
        _unfinished = _utf8.GetCharCount([], flush: true) > 0;
        return decoded;
    }

    /// <summary>What is left at the end: U+FFFD for an unfinished character, else nothing.</summary>
    public string Complete()
    {
        if (!_unfinished) return "";
        _unfinished = false;
        return Decode([], flush: true);
    }

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        int count = _utf8.GetCharCount(bytes, flush);
        Span<char> characters = count <= MostOnStack ? stackalloc char[count] : new char[count];
        return new string(characters[.._utf8.GetChars(bytes, characters, flush)]);
    }
}
