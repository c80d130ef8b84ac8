using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>Reads a quoted string with Python's escapes.</summary>
internal static class StringLiteral
{
    public static string Read(string source, ref int at, int line)
    {
        StringBuilder text = new();
        char quote = source[at++];
        while (at < source.Length && source[at] != quote)
        {
            if (source[at] != '\\') text.Append(source[at++]);
            else Escape(source, ref at, text, line);
        }
        if (at++ >= source.Length) throw new TemplateException("a string is not closed") { Line = line };
        return text.ToString();
    }

    private static void Escape(string source, ref int at, StringBuilder text, int line)
    {
        char escaped = at + 1 < source.Length ? source[at + 1] : throw new TemplateException("a string is not closed") { Line = line };
        at += 2;
        int digits = escaped switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0) text.Append(Character(source, ref at, digits, line));
        else if (escaped is >= '0' and <= '7') text.Append(Octal(source, ref at));
        else if (escaped != '\n')
        {
            text.Append(escaped switch
            {
                'n' => "\n",
                't' => "\t",
                'r' => "\r",
                'b' => "\b",
                'f' => "\f",
                'v' => "\v",
                'a' => "\a",
                '\\' or '\'' or '"' => escaped.ToString(),
                _ => $"\\{escaped}",
            });
        }
    }

    private static string Character(string source, ref int at, int digits, int line)
    {
        bool fits = at + digits <= source.Length;
        if (!fits || !int.TryParse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) || code is < 0 or > 0x10FFFF)
        {
            throw new TemplateException("a string holds an escape without its hexadecimal digits") { Line = line };
        }
        at += digits;
        return code <= 0xFFFF ? ((char)code).ToString() : char.ConvertFromUtf32(code);
    }

    private static char Octal(string source, ref int at)
    {
        int code = source[at - 1] - '0';
        for (int digits = 1; digits < 3 && at < source.Length && source[at] is >= '0' and <= '7'; digits++) code = (code * 8) + source[at++] - '0';
        return (char)code;
    }
}
