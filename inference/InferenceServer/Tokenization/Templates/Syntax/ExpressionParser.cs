using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Functions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>Reads expressions; each method is one level of precedence, from the loosest.</summary>
internal sealed class ExpressionParser
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private readonly TokenReader _tokens;
    private readonly OperandParser _operands;

    public ExpressionParser(TokenReader tokens)
    {
        _tokens = tokens;
        _operands = new OperandParser(tokens, this);
    }

    public Expression Read() => _tokens.Nested(ReadTernary);

    /// <summary>Reads an expression that ends where an <c>if</c> begins.</summary>
    public Expression ReadOr()
    {
        Expression left = ReadAnd();
        while (_tokens.TakeName("or")) left = new Or(left, ReadAnd());
        return left;
    }

    /// <summary>Reads one expression, or several as a tuple.</summary>
    public Expression ReadTuple(bool withTernary = true)
    {
        Expression first = withTernary ? Read() : ReadOr();
        if (!_tokens.AtSymbol(",")) return first;
        List<Expression> items = [first];
        while (_tokens.TakeSymbol(",") && _tokens.Current.Kind is not (TokenKind.OutputEnd or TokenKind.StatementEnd) && !_tokens.AtSymbol(")"))
        {
            items.Add(withTernary ? Read() : ReadOr());
        }
        return new ListOf(items, SequenceKind.Tuple);
    }

    public CallArguments ReadArguments() => _operands.ReadArguments();

    /// <summary>Reads the filters that follow a value.</summary>
    public Expression ReadFilters(Expression value)
    {
        while (true)
        {
            if (_tokens.TakeSymbol("|")) value = ReadFilter(value);
            else if (_tokens.TakeName("is")) value = ReadTest(value);
            else if (_tokens.AtSymbol("(")) value = new Call(value, ReadArguments());
            else return value;
        }
    }

    public Filtered ReadFilter(Expression value)
    {
        string name = _tokens.Name();
        Filter filter = Filters.Find(name) ?? Unknown<Filter>(name, "filter", fail => (_, _) => throw fail());
        return new Filtered(value, name, filter, _tokens.AtSymbol("(") ? ReadArguments() : CallArguments.None);
    }

    private Expression ReadTernary()
    {
        Expression value = ReadOr();
        while (_tokens.TakeName("if"))
        {
            Expression condition = ReadOr();
            value = new Ternary(condition, value, _tokens.TakeName("else") ? _tokens.Branch(Read) : null);
        }
        return value;
    }

    private Expression ReadAnd()
    {
        Expression left = ReadNot();
        while (_tokens.TakeName("and")) left = new And(left, ReadNot());
        return left;
    }

    private Expression ReadNot() => _tokens.TakeName("not") ? new Not(_tokens.Nested(ReadNot)) : ReadComparison();

    private Expression ReadComparison()
    {
        Expression first = ReadSum();
        List<(string, Expression)> rest = [];
        while (true)
        {
            string symbol = _tokens.Current.Value;
            if (_tokens.Current.Kind == TokenKind.Symbol && Comparisons.Contains(symbol)) _tokens.Take();
            else if (_tokens.TakeName("in")) symbol = "in";
            else if (_tokens.AtName("not") && _tokens.Next is { Kind: TokenKind.Name, Value: "in" })
            {
                _tokens.Take();
                _tokens.Take();
                symbol = "not in";
            }
            else return rest.Count == 0 ? first : new Comparison(first, rest);
            rest.Add((symbol, ReadSum()));
        }
    }

    private Expression ReadSum() => ReadLeftToRight(ReadConcatenation, "+", "-");

    private Expression ReadConcatenation()
    {
        List<Expression> parts = [ReadProduct()];
        while (_tokens.TakeSymbol("~")) parts.Add(ReadProduct());
        return parts.Count == 1 ? parts[0] : new Concatenation(parts);
    }

    private Expression ReadProduct() => ReadLeftToRight(ReadPower, "*", "/", "//", "%");

    private Expression ReadPower() => ReadLeftToRight(() => _operands.Read(withFilters: true), "**");

    private Expression ReadLeftToRight(Func<Expression> read, params string[] symbols)
    {
        Expression left = read();
        while (_tokens.Current.Kind == TokenKind.Symbol && symbols.Contains(_tokens.Current.Value)) left = new Operation(_tokens.Take().Value, left, read());
        return left;
    }

    private Expression ReadTest(Expression value)
    {
        bool negated = _tokens.TakeName("not");
        string name = _tokens.Name();
        Test test = Tests.Find(name) ?? Unknown<Test>(name, "test", fail => (_, _) => throw fail());
        CallArguments arguments = _tokens.AtSymbol("(") ? ReadArguments()
            : OperandFollows() ? new CallArguments([_operands.ReadPostfix(_operands.ReadPrimary())], [])
            : CallArguments.None;
        if (_tokens.AtName("is")) throw _tokens.Fail("a test follows a test");
        Tested tested = new(value, name, test, arguments);
        return negated ? new Not(tested) : tested;
    }

    // Within a branch it is an error only where the branch is taken, as in Jinja.
    private T Unknown<T>(string name, string kind, Func<Func<TemplateException>, T> failing)
    {
        TemplateException Fail() => new($"the {kind} {name} is not supported");
        return _tokens.InBranch ? failing(Fail) : throw _tokens.Fail($"the {kind} {name} is not supported");
    }

    private bool OperandFollows() => _tokens.Current.Kind switch
    {
        TokenKind.Name => _tokens.Current.Value is not ("else" or "or" or "and" or "is" or "if" or "in" or "not"),
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        TokenKind.Symbol => _tokens.Current.Value is "(" or "[" or "{",
        _ => false,
    };
}
