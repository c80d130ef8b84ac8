namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>Puts the chunks of a template together to statements.</summary>
internal sealed class StatementParser(IReadOnlyList<Chunk> chunks)
{
    private int _at;

    public IReadOnlyList<Statement> ReadAll()
    {
        IReadOnlyList<Statement> statements = ReadUntil(out string ending);
        return ending.Length == 0 ? statements : throw new TemplateException($"chat template: {ending} closes nothing");
    }

    /// <summary>Reads until a statement that the caller has to handle; its keyword is empty at the end.</summary>
    private List<Statement> ReadUntil(out string ending)
    {
        List<Statement> statements = [];
        for (; _at < chunks.Count; _at++)
        {
            Chunk chunk = chunks[_at];
            if (chunk.Kind == ChunkKind.Text)
            {
                statements.Add(new WriteText(chunk.Content));
                continue;
            }
            ExpressionParser tag = new(chunk.Content);
            if (chunk.Kind == ChunkKind.Output)
            {
                statements.Add(new WriteValue(ReadWhole(tag)));
                continue;
            }
            ending = tag.ReadName();
            if (ending is "elif" or "else" or "endif" or "endfor") return statements;
            statements.Add(ReadStatement(ending, tag));
        }
        ending = "";
        return statements;
    }

    private Statement ReadStatement(string keyword, ExpressionParser tag) => keyword switch
    {
        "if" => ReadIf(tag),
        "for" => ReadFor(tag),
        "set" => ReadSet(tag),
        _ => throw new TemplateException($"chat template: the statement {keyword} is not supported"),
    };

    private If ReadIf(ExpressionParser tag)
    {
        List<(Expression, IReadOnlyList<Statement>)> branches = [];
        Expression condition = ReadWhole(tag);
        while (true)
        {
            _at++;
            branches.Add((condition, ReadUntil(out string ending)));
            switch (ending)
            {
                case "endif":
                    return new If(branches);
                case "elif":
                    ExpressionParser next = new(chunks[_at].Content);
                    next.ReadKeyword("elif");
                    condition = ReadWhole(next);
                    break;
                case "else":
                    condition = new Literal(true);
                    break;
                default:
                    throw new TemplateException("chat template: an if is not closed");
            }
        }
    }

    private For ReadFor(ExpressionParser tag)
    {
        string item = tag.ReadName();
        tag.ReadKeyword("in");
        Expression items = ReadWhole(tag);
        _at++;
        List<Statement> body = ReadUntil(out string ending);
        if (ending == "endfor") return new For(item, items, body);
        throw new TemplateException(ending.Length == 0 ? "chat template: a for is not closed" : $"chat template: {ending} in a for is not supported");
    }

    private static SetName ReadSet(ExpressionParser tag)
    {
        string name = tag.ReadName();
        tag.ReadSymbol("=");
        return new SetName(name, ReadWhole(tag));
    }

    private static Expression ReadWhole(ExpressionParser tag)
    {
        Expression expression = tag.ReadExpression();
        tag.ReadEnd();
        return expression;
    }
}
