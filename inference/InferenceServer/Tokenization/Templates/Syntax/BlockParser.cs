using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Statements;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>Reads the statements that name or pass on a part of the template.</summary>
internal sealed class BlockParser(TokenReader tokens, ExpressionParser expressions, StatementParser statements)
{
    public Statement ReadSet(int line)
    {
        Target target = ReadTarget("=");
        if (tokens.TakeSymbol("="))
        {
            Set set = new(target, expressions.ReadTuple(), line);
            tokens.End(TokenKind.StatementEnd);
            return set;
        }
        Func<Expression, Expression> filter = ReadFilters();
        tokens.End(TokenKind.StatementEnd);
        return new SetBlock(target, ReadPart("set", line, "endset"), filter, line);
    }

    /// <summary>Reads a name, a member of a namespace, or several of them.</summary>
    public Target ReadTarget(string end)
    {
        List<Target> targets = [ReadSingleTarget()];
        bool several = false;
        while (tokens.TakeSymbol(","))
        {
            several = true;
            if (tokens.Current.Value == end) break;
            targets.Add(ReadSingleTarget());
        }
        return several ? new TupleTarget(targets) : targets[0];
    }

    public Macro ReadMacro(int line)
    {
        string name = tokens.Name();
        return new Macro(ReadMacroBody(name, ReadParameters(), "macro", "endmacro", line), line);
    }

    public CallBlock ReadCall(int line)
    {
        List<(string, Expression?)> parameters = tokens.AtSymbol("(") ? ReadParameters() : [];
        if (expressions.Read() is not Call call) throw tokens.Fail("a call block needs a call");
        return new CallBlock(call, ReadMacroBody("caller", parameters, "call", "endcall", line), line);
    }

    public FilterBlock ReadFilter(int line)
    {
        Func<Expression, Expression> filter = ReadFilters(first: true);
        tokens.End(TokenKind.StatementEnd);
        return new FilterBlock(ReadPart("filter", line, "endfilter"), filter, line);
    }

    public Scoped ReadGeneration(int line)
    {
        tokens.End(TokenKind.StatementEnd);
        return new Scoped([], ReadPart("generation", line, "endgeneration"), line);
    }

    public Scoped ReadWith(int line)
    {
        List<(Target, Expression)> names = [];
        while (tokens.Current.Kind != TokenKind.StatementEnd)
        {
            if (names.Count > 0) tokens.Symbol(",");
            Target target = ReadSingleTarget();
            tokens.Symbol("=");
            names.Add((target, expressions.Read()));
        }
        tokens.End(TokenKind.StatementEnd);
        return new Scoped(names, ReadPart("with", line, "endwith"), line);
    }

    private Target ReadSingleTarget()
    {
        if (tokens.TakeSymbol("("))
        {
            Target inner = tokens.Nested(() => ReadTarget(")"));
            tokens.Symbol(")");
            return inner;
        }
        string name = tokens.Name();
        return tokens.TakeSymbol(".") ? new MemberTarget(name, tokens.Name()) : new NameTarget(name);
    }

    private MacroBody ReadMacroBody(string name, List<(string, Expression?)> parameters, string statement, string ending, int line)
    {
        tokens.End(TokenKind.StatementEnd);
        string[] rest = ["varargs", "kwargs"];
        string[] before = [.. rest.Where(tokens.Names.Remove)];
        Block body = ReadPart(statement, line, ending);
        bool usesRest = rest.Any(tokens.Names.Contains);
        tokens.Names.UnionWith(before);
        return new MacroBody(name, parameters, body) { UsesRest = usesRest };
    }

    private Block ReadPart(string statement, int line, string ending)
    {
        Block body = statements.OutsideLoops(() => statements.ReadBody(statement, line, ending));
        statements.ReadEnd(ending);
        return body;
    }

    private List<(string, Expression?)> ReadParameters()
    {
        List<(string, Expression?)> parameters = [];
        tokens.Symbol("(");
        while (!tokens.TakeSymbol(")"))
        {
            string name = tokens.Name();
            Expression? otherwise = tokens.TakeSymbol("=") ? expressions.Read() : null;
            if (otherwise is null && parameters is [.., (_, not null)]) throw tokens.Fail($"the parameter {name} needs a default, as the one before it");
            parameters.Add((name, otherwise));
            if (!tokens.AtSymbol(")")) tokens.Symbol(",");
        }
        return parameters;
    }

    private Func<Expression, Expression> ReadFilters(bool first = false)
    {
        // The operand is not known here, so the filters are read around a stand-in that a block's text replaces.
        List<Filtered> filters = [];
        Expression standIn = new Literal("");
        while (first || tokens.TakeSymbol("|"))
        {
            filters.Add(expressions.ReadFilter(standIn));
            first = false;
        }
        return written => filters.Aggregate(written, (operand, filter) => filter with { Operand = operand });
    }
}
