using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>A context-free grammar over bytes. A rule is a choice of sequences; the first rule is what a text has to be.</summary>
internal sealed class Grammar
{
    // Far more than schemas that people write; a hostile one must not take the memory.
    private const int MostSymbols = 250_000;

    private readonly List<Symbol[][]> _rules = [];
    private int _symbols;

    /// <summary>The sequence of no symbols.</summary>
    public static Symbol[] Nothing => [];

    public int Count => _rules.Count;

    /// <summary>The sequences among which a rule chooses.</summary>
    public IReadOnlyList<Symbol[]> this[int rule] => _rules[rule];

    /// <summary>Reserves a rule that is to be defined later, as one that contains itself.</summary>
    public Symbol Declare()
    {
        Grow(1);
        _rules.Add([]);
        return Symbol.Rule(_rules.Count - 1);
    }

    public Symbol Define(Symbol rule, params Symbol[][] choices)
    {
        Grow(choices.Sum(choice => choice.Length + 1));
        _rules[rule.Index] = choices;
        return rule;
    }

    /// <summary>Adds a rule.</summary>
    public Symbol Add(params Symbol[][] choices) => Define(Declare(), choices);

    /// <summary>The bytes of a text, in order.</summary>
    public static Symbol[] Text(string text) => [.. System.Text.Encoding.UTF8.GetBytes(text).Select(b => Symbol.Bytes(ByteSet.One(b)))];

    /// <summary>A symbol from <paramref name="least"/> to <paramref name="most"/> times; null is without end.</summary>
    public Symbol Repeat(Symbol[] what, int least, int? most)
    {
        Symbol rest = Declare();
        if (most is null)
        {
            Define(rest, [.. what, rest], Nothing);
        }
        else
        {
            // Nested, not alternatives side by side: so a text has one way through.
            Symbol inner = Add(Nothing);
            for (int i = least; i < most; i++) inner = Add([.. what, inner], Nothing);
            Define(rest, [inner]);
        }
        return Add([.. Enumerable.Repeat(what, least).SelectMany(one => one), rest]);
    }

    private void Grow(int symbols)
    {
        _symbols += symbols;
        if (_symbols > MostSymbols) throw new SchemaException("it is too large");
    }
}
