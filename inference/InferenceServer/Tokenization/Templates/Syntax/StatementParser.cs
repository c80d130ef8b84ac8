using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Statements;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>Puts the words of a template together to statements.</summary>
internal sealed class StatementParser
{
    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private readonly BlockParser _blocks;
    private int _loops;

    public StatementParser(TokenReader tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens);
        _blocks = new BlockParser(tokens, _expressions, this);
    }

    public Block ReadAll()
    {
        Block all = ReadUntil();
        return _tokens.Current.Kind == TokenKind.End ? all : throw _tokens.Fail($"{_tokens.Current.Value} closes nothing");
    }

    /// <summary>Reads the inside of a statement and the beginning of the tag that ends it, whose keyword is left to read.</summary>
    public Block ReadBody(string statement, int line, params string[] endings)
    {
        Block body = ReadUntil();
        if (_tokens.Current.Kind == TokenKind.End) throw new TemplateException($"{Named(statement)} is not closed") { Line = line };
        return endings.Contains(_tokens.Current.Value) ? body : throw _tokens.Fail($"{_tokens.Current.Value} does not belong in {Named(statement)}");
    }

    public void ReadEnd(string keyword)
    {
        _tokens.Keyword(keyword);
        _tokens.End(TokenKind.StatementEnd);
    }

    /// <summary>Reads what is no part of the loops around it.</summary>
    public T OutsideLoops<T>(Func<T> read)
    {
        int before = _loops;
        _loops = 0;
        T part = read();
        _loops = before;
        return part;
    }

    private static string Named(string statement) => statement is "if" ? "an if" : $"a {statement}";

    private Block ReadUntil()
    {
        List<Statement> statements = [];
        while (_tokens.Current.Kind != TokenKind.End)
        {
            TemplateToken token = _tokens.Take();
            if (token.Kind == TokenKind.Text) statements.Add(new WriteText(token.Value, token.Line));
            else if (token.Kind == TokenKind.OutputBegin)
            {
                statements.Add(new WriteValue(_expressions.ReadTuple(), token.Line));
                _tokens.End(TokenKind.OutputEnd);
            }
            else
            {
                if (_tokens.Current is { Kind: TokenKind.Name, Value: "elif" or "else" } || _tokens.Current.Value.StartsWith("end", StringComparison.Ordinal)) break;
                statements.Add(_tokens.Nested(() => ReadStatement(token.Line)));
            }
        }
        return new Block(statements);
    }

    private Statement ReadStatement(int line)
    {
        string keyword = _tokens.Name();
        return keyword switch
        {
            "if" => ReadIf(line),
            "for" => ReadFor(line),
            "break" when _loops > 0 => ReadLeave(Flow.Break, line),
            "continue" when _loops > 0 => ReadLeave(Flow.Continue, line),
            "set" => _blocks.ReadSet(line),
            "macro" => _blocks.ReadMacro(line),
            "call" => _blocks.ReadCall(line),
            "filter" => _blocks.ReadFilter(line),
            "generation" => _blocks.ReadGeneration(line),
            "with" => _blocks.ReadWith(line),
            _ => throw _tokens.Fail($"the statement {keyword} is not supported there"),
        };
    }

    private If ReadIf(int line)
    {
        List<(Expression, Block)> branches = [];
        Expression condition = _expressions.ReadTuple(withTernary: false);
        while (true)
        {
            _tokens.End(TokenKind.StatementEnd);
            branches.Add((condition, _tokens.Branch(() => ReadBody("if", line, "elif", "else", "endif"))));
            if (_tokens.TakeName("elif"))
            {
                condition = _expressions.ReadTuple(withTernary: false);
                continue;
            }
            if (_tokens.TakeName("else"))
            {
                _tokens.End(TokenKind.StatementEnd);
                branches.Add((new Literal(true), _tokens.Branch(() => ReadBody("if", line, "endif"))));
            }
            ReadEnd("endif");
            return new If(branches, line);
        }
    }

    private For ReadFor(int line)
    {
        Target target = _blocks.ReadTarget("in");
        _tokens.Keyword("in");
        Expression source = _expressions.ReadTuple(withTernary: false);
        Expression? filter = _tokens.TakeName("if") ? _expressions.Read() : null;
        if (_tokens.AtName("recursive")) throw _tokens.Fail("a recursive for is not supported");
        _tokens.End(TokenKind.StatementEnd);
        _loops++;
        Block body = ReadBody("for", line, "else", "endfor");
        _loops--;
        Block otherwise = new([]);
        if (_tokens.TakeName("else"))
        {
            _tokens.End(TokenKind.StatementEnd);
            otherwise = ReadBody("for", line, "endfor");
        }
        ReadEnd("endfor");
        return new For(target, source, filter, body, otherwise, line);
    }

    private Leave ReadLeave(Flow flow, int line)
    {
        _tokens.End(TokenKind.StatementEnd);
        return new Leave(flow, line);
    }
}
