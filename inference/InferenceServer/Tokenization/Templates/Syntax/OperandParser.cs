using System.Globalization;
using System.Text;
using LlmOps.Inference.Tokenization.Templates.Expressions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>Reads what operators stand between: names, literals, members, calls.</summary>
internal sealed class OperandParser(TokenReader tokens, ExpressionParser expressions)
{
    public Expression Read(bool withFilters)
    {
        Expression value = tokens.AtSymbol("-") || tokens.AtSymbol("+")
            ? new Sign(tokens.Take().Value == "-", tokens.Nested(() => Read(withFilters: false)))
            : ReadPrimary();
        value = ReadPostfix(value);
        return withFilters ? expressions.ReadFilters(value) : value;
    }

    public Expression ReadPostfix(Expression value)
    {
        while (true)
        {
            if (tokens.TakeSymbol(".")) value = ReadMember(value);
            else if (tokens.TakeSymbol("[")) value = ReadIndex(value);
            else if (tokens.AtSymbol("(")) value = new Call(value, ReadArguments());
            else return value;
        }
    }

    public CallArguments ReadArguments()
    {
        tokens.Symbol("(");
        List<Expression> given = [];
        List<(string, Expression)> named = [];
        Expression? spread = null;
        Expression? namedSpread = null;
        while (!tokens.TakeSymbol(")"))
        {
            if (tokens.TakeSymbol("*")) spread = expressions.Read();
            else if (tokens.TakeSymbol("**")) namedSpread = expressions.Read();
            else if (tokens.Current.Kind == TokenKind.Name && tokens.Next is { Kind: TokenKind.Symbol, Value: "=" }) named.Add((ReadArgumentName(), expressions.Read()));
            else if (named.Count > 0 || spread is not null || namedSpread is not null) throw tokens.Fail("an argument without a name follows one with a name");
            else given.Add(expressions.Read());
            if (!tokens.AtSymbol(")")) tokens.Symbol(",");
        }
        return new CallArguments(given, named, spread, namedSpread);
    }

    public Expression ReadPrimary()
    {
        TemplateToken token = tokens.Current;
        switch (token.Kind)
        {
            case TokenKind.Name: return ReadName();
            case TokenKind.String: return ReadString();
            case TokenKind.Integer: return new Literal(ReadInteger());
            case TokenKind.Float: return new Literal(double.Parse(tokens.Take().Value, CultureInfo.InvariantCulture));
        }
        if (tokens.TakeSymbol("(")) return ReadParenthesis();
        if (tokens.TakeSymbol("[")) return new ListOf(ReadItems("]", expressions.Read), SequenceKind.List);
        if (tokens.TakeSymbol("{")) return new MappingOf(ReadItems("}", ReadEntry));
        throw tokens.Unexpected("a value");
    }

    private Expression ReadName()
    {
        string name = tokens.Take().Value;
        switch (name)
        {
            case "true" or "True": return new Literal(true);
            case "false" or "False": return new Literal(false);
            case "none" or "None": return new Literal(null);
            default:
                tokens.Names.Add(name);
                return new Variable(name);
        }
    }

    private Literal ReadString()
    {
        StringBuilder text = new();
        while (tokens.Current.Kind == TokenKind.String) text.Append(tokens.Take().Value);
        return new Literal(text.ToString());
    }

    private long ReadInteger()
    {
        string digits = tokens.Current.Value;
        bool hex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool fits = hex
            ? long.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long number)
            : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        if (!fits) throw tokens.Fail($"the number {digits} is over 64 bits");
        tokens.Take();
        return number;
    }

    private Expression ReadParenthesis()
    {
        if (tokens.TakeSymbol(")")) return new ListOf([], SequenceKind.Tuple);
        Expression inner = expressions.ReadTuple();
        tokens.Symbol(")");
        return inner;
    }

    private (Expression Key, Expression Value) ReadEntry()
    {
        Expression key = expressions.Read();
        tokens.Symbol(":");
        return (key, expressions.Read());
    }

    private List<T> ReadItems<T>(string close, Func<T> read)
    {
        List<T> items = [];
        while (!tokens.TakeSymbol(close))
        {
            items.Add(read());
            if (!tokens.AtSymbol(close)) tokens.Symbol(",");
        }
        return items;
    }

    private Expression ReadMember(Expression container) => tokens.Current.Kind == TokenKind.Integer
        ? new Item(container, new Literal(ReadInteger()))
        : new Expressions.Attribute(container, tokens.Name());

    private Expression ReadIndex(Expression container)
    {
        Expression? from = tokens.AtSymbol(":") ? null : expressions.Read();
        if (tokens.TakeSymbol("]")) return new Item(container, from!);
        tokens.Symbol(":");
        Expression? to = tokens.AtSymbol("]") || tokens.AtSymbol(":") ? null : expressions.Read();
        Expression? step = tokens.TakeSymbol(":") && !tokens.AtSymbol("]") ? expressions.Read() : null;
        tokens.Symbol("]");
        return new Slice(container, from, to, step);
    }

    private string ReadArgumentName()
    {
        string name = tokens.Name();
        tokens.Symbol("=");
        return name;
    }
}
