using System.Text.RegularExpressions;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>Reads one word of the inside of a tag.</summary>
internal sealed partial class WordReader(string source)
{
    private const string Singles = "()[]{}.,:|+-=<>~%*/;";
    private static readonly string[] Doubles = ["==", "!=", "<=", ">=", "//", "**"];

    public TemplateToken Read(ref int at, int line)
    {
        char c = source[at];
        if (c is '\'' or '"') return new(TokenKind.String, StringLiteral.Read(source, ref at, line), line);
        if (char.IsAsciiDigit(c)) return Number(ref at, line);
        if (char.IsLetter(c) || c == '_')
        {
            int start = at;
            while (at < source.Length && (char.IsLetterOrDigit(source[at]) || source[at] == '_')) at++;
            return new(TokenKind.Name, source[start..at], line);
        }
        string symbol = Doubles.FirstOrDefault(Begins(at)) ?? (Singles.Contains(c, StringComparison.Ordinal) ? c.ToString() : "");
        if (symbol.Length == 0) throw new TemplateException($"unexpected '{c}'") { Line = line };
        at += symbol.Length;
        return new(TokenKind.Symbol, symbol, line);
    }

    private Func<string, bool> Begins(int at) => symbol => string.CompareOrdinal(source, at, symbol, 0, symbol.Length) == 0;

    private TemplateToken Number(ref int at, int line)
    {
        Match match = Float.Match(source, at);
        TokenKind kind = match.Success && (at == 0 || source[at - 1] != '.') ? TokenKind.Float : TokenKind.Integer;
        if (kind == TokenKind.Integer) match = Integer.Match(source, at);
        at += match.Length;
        return new(kind, match.Value.Replace("_", "", StringComparison.Ordinal), line);
    }

    [GeneratedRegex(@"\G[0-9](?:_?[0-9])*(?:(?:\.[0-9](?:_?[0-9])*)?[eE][+-]?[0-9](?:_?[0-9])*|\.[0-9](?:_?[0-9])*)")]
    private static partial Regex Float { get; }

    [GeneratedRegex(@"\G(?:0[xX](?:_?[0-9a-fA-F])+|[0-9](?:_?[0-9])*)")]
    private static partial Regex Integer { get; }
}
