using System.Text;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>Cuts the inside of a tag into words.</summary>
internal static class ExpressionLexer
{
    private const string Singles = "()[]{}.,:|+-=<>~%*/";
    private static readonly string[] Doubles = ["==", "!=", "<=", ">="];

    public static List<TemplateToken> Read(string source)
    {
        List<TemplateToken> tokens = [];
        int at = 0;
        while (at < source.Length)
        {
            char c = source[at];
            if (char.IsWhiteSpace(c)) at++;
            else if (char.IsAsciiLetter(c) || c == '_') tokens.Add(new(TokenKind.Name, Take(source, ref at, IsNamePart)));
            else if (char.IsAsciiDigit(c)) tokens.Add(new(TokenKind.Number, Take(source, ref at, char.IsAsciiDigit)));
            else if (c is '\'' or '"') tokens.Add(new(TokenKind.Text, Quoted(source, ref at)));
            else tokens.Add(new(TokenKind.Symbol, Symbol(source, ref at)));
        }
        return tokens;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static string Take(string source, ref int at, Func<char, bool> belongs)
    {
        int start = at;
        while (at < source.Length && belongs(source[at])) at++;
        return source[start..at];
    }

    private static string Quoted(string source, ref int at)
    {
        StringBuilder text = new();
        char quote = source[at++];
        for (; at < source.Length && source[at] != quote; at++)
        {
            if (source[at] != '\\' || at + 1 == source.Length)
            {
                text.Append(source[at]);
                continue;
            }
            char escaped = source[++at];
            text.Append(escaped switch
            {
                'n' => "\n",
                't' => "\t",
                'r' => "\r",
                '\\' or '\'' or '"' => escaped.ToString(),
                _ => $"\\{escaped}",
            });
        }
        if (at++ >= source.Length) throw new TemplateException($"chat template: a string is not closed in '{source}'");
        return text.ToString();
    }

    private static string Symbol(string source, ref int at)
    {
        int start = at;
        string pair = source.Substring(at, Math.Min(2, source.Length - at));
        int length = Doubles.Contains(pair) ? 2 : 1;
        if (length == 1 && !Singles.Contains(source[at], StringComparison.Ordinal))
        {
            throw new TemplateException($"chat template: unexpected '{source[at]}' in '{source}'");
        }
        at += length;
        return source[start..at];
    }
}
