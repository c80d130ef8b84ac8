using System.Globalization;

namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>Reads the expression of one tag; each method is one level of precedence.</summary>
internal sealed class ExpressionParser(string source)
{
    private readonly List<TemplateToken> _tokens = ExpressionLexer.Read(source);
    private int _at;

    private TemplateToken Current => _at < _tokens.Count ? _tokens[_at] : new TemplateToken(TokenKind.End, "");

    public Expression ReadExpression()
    {
        Expression left = ReadAnd();
        while (TakeName("or")) left = new Or(left, ReadAnd());
        return left;
    }

    public string ReadName() => Current.Kind == TokenKind.Name ? _tokens[_at++].Value : throw Unexpected();

    public void ReadSymbol(string symbol)
    {
        if (!TakeSymbol(symbol)) throw Unexpected();
    }

    public void ReadKeyword(string keyword)
    {
        if (!TakeName(keyword)) throw Unexpected();
    }

    public void ReadEnd()
    {
        if (Current.Kind != TokenKind.End) throw Unexpected();
    }

    private Expression ReadAnd()
    {
        Expression left = ReadNot();
        while (TakeName("and")) left = new And(left, ReadNot());
        return left;
    }

    private Expression ReadNot() => TakeName("not") ? new Not(ReadNot()) : ReadComparison();

    private Expression ReadComparison()
    {
        Expression left = ReadSum();
        while (true)
        {
            if (TakeSymbol("==")) left = new Operation(left, ReadSum(), (a, b) => Values.Same(a, b));
            else if (TakeSymbol("!=")) left = new Operation(left, ReadSum(), (a, b) => !Values.Same(a, b));
            else if (TakeName("in")) left = new Operation(left, ReadSum(), (a, b) => Values.Contains(b, a));
            else if (TakeNotIn()) left = new Operation(left, ReadSum(), (a, b) => !Values.Contains(b, a));
            else return left;
        }
    }

    private Expression ReadSum()
    {
        Expression left = ReadFiltered();
        while (true)
        {
            if (TakeSymbol("+")) left = new Operation(left, ReadFiltered(), Values.Add);
            else if (TakeSymbol("~")) left = new Operation(left, ReadFiltered(), (a, b) => Values.Print(a) + Values.Print(b));
            else return left;
        }
    }

    private Expression ReadFiltered()
    {
        Expression value = ReadPostfix();
        while (true)
        {
            if (TakeSymbol("|")) value = new Applied(value, Known(Functions.Filters, ReadName(), "filter"));
            else if (TakeName("is")) value = ReadTest(value);
            else return value;
        }
    }

    private Applied ReadTest(Expression value)
    {
        bool negated = TakeName("not");
        Func<object?, bool> test = Known(Functions.Tests, ReadName(), "test");
        return new Applied(value, v => test(v) != negated);
    }

    private Expression ReadPostfix()
    {
        Expression value = ReadPrimary();
        while (true)
        {
            if (TakeSymbol("[")) value = ReadIndex(value);
            else if (TakeSymbol(".")) value = ReadAttribute(value);
            else return value;
        }
    }

    private Expression ReadIndex(Expression container)
    {
        Expression? from = Current is { Kind: TokenKind.Symbol, Value: ":" } ? null : ReadExpression();
        if (!TakeSymbol(":"))
        {
            ReadSymbol("]");
            return new Member(container, from!);
        }
        Expression? to = Current is { Kind: TokenKind.Symbol, Value: "]" } ? null : ReadExpression();
        ReadSymbol("]");
        return new Slice(container, from, to);
    }

    private Expression ReadAttribute(Expression container)
    {
        string name = ReadName();
        if (!TakeSymbol("(")) return new Member(container, new Literal(name));
        if (name != "strip") throw new TemplateException($"chat template: the method {name}() is not supported");
        ReadSymbol(")");
        return new Applied(container, Functions.Filters["trim"]);
    }

    private Expression ReadPrimary()
    {
        TemplateToken token = Current;
        if (TakeSymbol("("))
        {
            Expression inner = ReadExpression();
            ReadSymbol(")");
            return inner;
        }
        if (TakeSymbol("-")) return new Literal(-ReadNumber());
        switch (token.Kind)
        {
            case TokenKind.Text:
                _at++;
                return new Literal(token.Value);
            case TokenKind.Number:
                return new Literal(ReadNumber());
            case TokenKind.Name:
                _at++;
                return ReadNamed(token.Value);
            default:
                throw Unexpected();
        }
    }

    private Expression ReadNamed(string name)
    {
        switch (name)
        {
            case "true" or "True": return new Literal(true);
            case "false" or "False": return new Literal(false);
            case "none" or "None": return new Literal(null);
        }
        if (!TakeSymbol("(")) return new Name(name);
        if (name != "raise_exception") throw new TemplateException($"chat template: the function {name}() is not supported");
        Expression message = ReadExpression();
        ReadSymbol(")");
        return new Raise(message);
    }

    private long ReadNumber() =>
        Current.Kind == TokenKind.Number ? long.Parse(_tokens[_at++].Value, CultureInfo.InvariantCulture) : throw Unexpected();

    private bool TakeSymbol(string symbol) => Take(TokenKind.Symbol, symbol);

    private bool TakeName(string name) => Take(TokenKind.Name, name);

    private bool Take(TokenKind kind, string value)
    {
        bool there = Current.Kind == kind && Current.Value == value;
        if (there) _at++;
        return there;
    }

    private bool TakeNotIn()
    {
        int before = _at;
        if (TakeName("not") && TakeName("in")) return true;
        _at = before;
        return false;
    }

    private static T Known<T>(IReadOnlyDictionary<string, T> known, string name, string kind) =>
        known.TryGetValue(name, out T? value) ? value : throw new TemplateException($"chat template: the {kind} {name} is not supported");

    private TemplateException Unexpected() => new($"chat template: {Current} is not supported there in '{source}'");
}
