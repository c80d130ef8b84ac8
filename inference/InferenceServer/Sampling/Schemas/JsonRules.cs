using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas.Patterns;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>
/// JSON (RFC 8259) as rules of a grammar. Bounded where a model could go on for ever: white space between two tokens is one space or
/// one line break with an indent, and numbers have at most 16 digits before and after the point.
/// </summary>
internal sealed class JsonRules
{
    private const int MostDigits = 16;
    private const int DeepestIndent = 20;

    private readonly Grammar _grammar;
    private readonly Symbol _digit = Bytes(ByteSet.Range((byte)'0', (byte)'9'));
    private readonly Symbol _hex = Bytes(ByteSet.Of("0123456789abcdefABCDEF"));

    public JsonRules(Grammar grammar)
    {
        _grammar = grammar;
        Space = grammar.Add(Grammar.Nothing, Grammar.Text(" "), [Bytes(ByteSet.Of("\n")), grammar.Repeat([Bytes(ByteSet.Of(" \t"))], 0, DeepestIndent)]);
        Character = grammar.Add([Bytes(ByteSet.Range(0x20, 0x7F).Except("\"\\"))], [Escape()], [Multibyte()]);
        Text = grammar.Add([Quote, grammar.Repeat([Character], 0, null), Quote]);
        Natural = NaturalRule();
        Integer = grammar.Add([Sign(), Natural]);
        Number = grammar.Add([Sign(), Natural, Fraction(), Exponent()]);
        PositiveNumber = grammar.Add([Natural, Fraction(), Exponent()]);
        Boolean = grammar.Add(Grammar.Text("true"), Grammar.Text("false"));
        Null = grammar.Add(Grammar.Text("null"));
        Value = grammar.Declare();
        Object = Map(Value, 0, null);
        Array = List(Value, 0, null);
        grammar.Define(Value, [Object], [Array], [Text], [Number], [Boolean], [Null]);
    }

    public Symbol Space { get; }

    /// <summary>One character of a string, escaped or not.</summary>
    public Symbol Character { get; }

    /// <summary>Any string.</summary>
    public Symbol Text { get; }

    public Symbol Number { get; }

    public Symbol PositiveNumber { get; }

    public Symbol Integer { get; }

    /// <summary>A whole number from 0 on.</summary>
    public Symbol Natural { get; }

    public Symbol Boolean { get; }

    public Symbol Null { get; }

    public Symbol Value { get; }

    /// <summary>Any object.</summary>
    public Symbol Object { get; }

    /// <summary>Any array.</summary>
    public Symbol Array { get; }

    public static Symbol Quote { get; } = Bytes(ByteSet.Of("\""));

    /// <summary>So many decimal digits.</summary>
    public Symbol[] Digits(int count) => [.. Enumerable.Repeat(_digit, count)];

    /// <summary>So many hexadecimal digits.</summary>
    public Symbol[] Hex(int count) => [.. Enumerable.Repeat(_hex, count)];

    /// <summary>Objects whose values are all of one kind, between a least and a most number of members.</summary>
    public Symbol Map(Symbol value, int least, int? most) => Between("{", [Text, Space, .. Grammar.Text(":"), Space, value], "}", least, most);

    /// <summary>Arrays whose items are all of one kind, between a least and a most number of them.</summary>
    public Symbol List(Symbol item, int least, int? most) => Between("[", [item], "]", least, most);

    private Symbol Between(string opening, Symbol[] item, string closing, int least, int? most)
    {
        Symbol[] empty = [.. Grammar.Text(opening), Space, .. Grammar.Text(closing)];
        if (most == 0) return _grammar.Add(empty);
        Symbol more = _grammar.Repeat([Space, .. Grammar.Text(","), Space, .. item], Math.Max(0, least - 1), most - 1);
        Symbol[] some = [.. Grammar.Text(opening), Space, .. item, more, Space, .. Grammar.Text(closing)];
        return least == 0 ? _grammar.Add(empty, some) : _grammar.Add(some);
    }

    private static Symbol Bytes(ByteSet set) => Symbol.Bytes(set);

    private Symbol Sign() => _grammar.Add(Grammar.Nothing, Grammar.Text("-"));

    private Symbol NaturalRule() => _grammar.Add(
        Grammar.Text("0"),
        [Bytes(ByteSet.Range((byte)'1', (byte)'9')), _grammar.Repeat([_digit], 0, MostDigits - 1)]);

    private Symbol Fraction() => _grammar.Add(Grammar.Nothing, [.. Grammar.Text("."), _grammar.Repeat([_digit], 1, MostDigits)]);

    private Symbol Exponent() => _grammar.Add(Grammar.Nothing, [Bytes(ByteSet.Of("eE")), _grammar.Add(Grammar.Nothing, [Bytes(ByteSet.Of("+-"))]), _grammar.Repeat([_digit], 1, 2)]);

    // Halves of surrogate pairs are no characters; characters beyond U+FFFF are written as they are.
    private Symbol Escape() => _grammar.Add(
        [.. Grammar.Text("\\"), Bytes(ByteSet.Of("\"\\/bfnrt"))],
        [.. Grammar.Text("\\u"), Bytes(ByteSet.Of("0123456789abcefABCEF")), _hex, _hex, _hex],
        [.. Grammar.Text("\\u"), Bytes(ByteSet.Of("dD")), Bytes(ByteSet.Of("01234567")), _hex, _hex]);

    private Symbol Multibyte() => _grammar.Add([.. CodePoints.Any.Except(CodePoints.Ascii).Utf8()]);
}
