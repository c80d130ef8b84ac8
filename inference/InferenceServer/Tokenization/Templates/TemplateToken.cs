namespace LlmOps.Inference.Tokenization.Templates;

internal enum TokenKind
{
    Name,
    Text,
    Number,
    Symbol,
    End,
}

/// <summary>A word of an expression; for a string its content.</summary>
internal readonly record struct TemplateToken(TokenKind Kind, string Value)
{
    public override string ToString() => Kind == TokenKind.End ? "the end" : $"'{Value}'";
}
