using System.Text;

namespace LlmOps.Inference.Tokenization;

/// <summary>Decodes token by token; bytes of an unfinished character wait for the rest of it.</summary>
internal sealed class TextStream(Tokenizer tokenizer, bool keepSpecial)
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private bool _begun;

    /// <summary>The text that this token completes, perhaps none.</summary>
    public string Append(int token)
    {
        // A special token interrupts text: what came before it can no longer become a character.
        if (tokenizer.IsSpecial(token)) return Complete() + (keepSpecial ? Encoding.UTF8.GetString(tokenizer.Bytes(token)) : "");
        ReadOnlySpan<byte> bytes = tokenizer.Bytes(token);
        if (!_begun && tokenizer.StripsFirstSpace && bytes.StartsWith(" "u8)) bytes = bytes[1..];
        _begun = true;
        return Decode(bytes, flush: false);
    }

    /// <summary>What is left at the end: U+FFFD for an unfinished character, else nothing.</summary>
    public string Complete() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        char[] characters = new char[_utf8.GetCharCount(bytes, flush)];
        return new string(characters, 0, _utf8.GetChars(bytes, characters, flush));
    }
}
