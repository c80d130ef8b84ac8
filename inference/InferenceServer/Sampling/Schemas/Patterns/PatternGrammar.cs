using System.Globalization;
using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Schemas.Patterns;

/// <summary>
/// Makes rules of a regular expression (ECMA-262 with the flag u, as JSON Schema has it): what a regular grammar can say is taken, the
/// rest refused by its place. A pattern without anchors finds itself anywhere in a text.
/// </summary>
internal sealed class PatternGrammar
{
    private const int MostRepeats = 2000;
    private const int Deepest = 100;

    private readonly Grammar _grammar;
    private readonly CharacterRules _characters;
    private readonly PatternReader _reader;
    private int _depth;

    private PatternGrammar(Grammar grammar, string pattern, string at)
    {
        (_grammar, _reader, _characters) = (grammar, new PatternReader(pattern, at), new CharacterRules(grammar));
    }

    /// <summary>The inside of a JSON string that matches.</summary>
    /// <exception cref="SchemaException">The pattern is wrong, or says what is not supported.</exception>
    public static Symbol Of(Grammar grammar, string pattern, string at)
    {
        PatternGrammar made = new(grammar, pattern, at);
        Symbol all = made.Choice(outermost: true);
        return made._reader.AtEnd ? all : throw made._reader.Refusal("has no group to close");
    }

    private Symbol Choice(bool outermost)
    {
        if (++_depth > Deepest) throw _reader.Refusal("is nested too deeply");
        List<Symbol[]> choices = [];
        do choices.Add([.. outermost ? Found() : Sequence(outermost: false)]);
        while (_reader.Take('|'));
        _depth--;
        return _grammar.Add([.. choices]);
    }

    private List<Symbol> Found()
    {
        Symbol anything = _grammar.Repeat([_characters.Of(CodePoints.Any)], 0, null);
        bool begins = _reader.Take('^');
        List<Symbol> symbols = Sequence(outermost: true);
        bool ends = _reader.Take('$');
        if (ends && _reader.Next is not (null or '|')) throw _reader.Refusal("is an anchor elsewhere than at an end, which is not supported");
        if (!begins) symbols.Insert(0, anything);
        if (!ends) symbols.Add(anything);
        return symbols;
    }

    private List<Symbol> Sequence(bool outermost)
    {
        List<Symbol> symbols = [];
        while (_reader.Next is { } next && next is not ('|' or ')') && !(outermost && next == '$'))
        {
            Symbol[] one = [next == '(' ? Group() : _characters.Of(_reader.Character())];
            symbols.AddRange(Quantifier() is { } times ? [_grammar.Repeat(one, times.Least, times.Most)] : one);
        }
        return symbols;
    }

    private Symbol Group()
    {
        _reader.Take('(');
        if (_reader.Take('?') && !_reader.Take(':') && !_reader.TakeName()) throw _reader.Refusal("looks around or sets flags, which is not supported");
        Symbol inside = Choice(outermost: false);
        return _reader.Take(')') ? inside : throw _reader.Refusal("lacks the end of a group");
    }

    // Whether as many or as few as possible are taken makes no difference to what matches.
    private (int Least, int? Most)? Quantifier()
    {
        (int Least, int? Most)? times = _reader.Next switch
        {
            '*' => (0, null),
            '+' => (1, null),
            '?' => (0, 1),
            '{' => Counted(),
            _ => null,
        };
        if (times is null) return null;
        if (_reader.Next is '*' or '+' or '?' or '}') _reader.Skip();
        _reader.Take('?');
        return times;
    }

    private (int Least, int? Most) Counted()
    {
        _reader.Take('{');
        int least = Count();
        int? most = !_reader.Take(',') ? least : _reader.Next == '}' ? null : Count();
        if (_reader.Next != '}' || most < least) throw _reader.Refusal("is no number of times");
        return (least, most);
    }

    private int Count()
    {
        string digits = _reader.Digits();
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= MostRepeats
            ? count
            : throw _reader.Refusal($"is no number of times up to {MostRepeats}");
    }
}
