namespace LlmOps.Inference.Tokenization.Templates.Syntax;

internal enum TokenKind
{
    Text,
    OutputBegin,
    OutputEnd,
    StatementBegin,
    StatementEnd,
    Name,
    String,
    Integer,
    Float,
    Symbol,
    End,
}

/// <summary>A word of a template, for a string its content, and the line that it begins in.</summary>
internal readonly record struct TemplateToken(TokenKind Kind, string Value, int Line)
{
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end of the template",
        TokenKind.Text => "text",
        _ => $"'{Value}'",
    };
}
