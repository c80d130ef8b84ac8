using System.Text;

namespace LlmOps.Inference.Tokenization;

/// <summary>Decodes token by token; bytes of an unfinished character wait for the rest of it.</summary>
internal sealed class TextStream(Tokenizer tokenizer, bool keepSpecial)
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();

    /// <summary>The text that this token completes, perhaps none.</summary>
    public string Append(int token)
    {
        if (!tokenizer.IsSpecial(token)) return Decode(tokenizer.Bytes(token), flush: false);
        // A special token interrupts text: what came before it can no longer become a character.
        return Complete() + (keepSpecial ? Encoding.UTF8.GetString(tokenizer.Bytes(token)) : "");
    }

    /// <summary>What is left at the end: U+FFFD for an unfinished character, else nothing.</summary>
    public string Complete() => Decode([], flush: true);

    private string Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        char[] characters = new char[_utf8.GetCharCount(bytes, flush)];
        return new string(characters, 0, _utf8.GetChars(bytes, characters, flush));
    }
}
