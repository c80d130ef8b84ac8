using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Sampling.Schemas.Patterns;

/// <summary>Reads a regular expression character by character, and what each stands for.</summary>
internal sealed class PatternReader(string pattern, string at)
{
    private static readonly CodePoints Digit = CodePoints.Range('0', '9');
    private static readonly CodePoints Word = Digit.Or(CodePoints.Range('A', 'Z')).Or(CodePoints.Range('a', 'z')).Or(CodePoints.Of('_'));

    // ECMA-262: WhiteSpace and LineTerminator.
    private static readonly CodePoints Breaks = CodePoints.Of('\n', '\r', 0x2028, 0x2029);
    private static readonly CodePoints White = Breaks.Or(CodePoints.Of('\t', '\v', '\f', ' ', 0xA0, 0x1680, 0x202F, 0x205F, 0x3000, 0xFEFF)).Or(CodePoints.Range(0x2000, 0x200A));

    private int _at;

    public char? Next => _at < pattern.Length ? pattern[_at] : null;

    public bool AtEnd => _at == pattern.Length;

    public SchemaException Refusal(string why) => new($"{at}: the pattern {why} (character {_at + 1})");

    public void Skip() => _at++;

    public bool Take(char wanted)
    {
        if (Next != wanted) return false;
        _at++;
        return true;
    }

    /// <summary>Takes the name of a group, which changes nothing.</summary>
    public bool TakeName()
    {
        if (!Take('<') || Next is '=' or '!') return false;
        int end = pattern.IndexOf('>', _at);
        if (end < 0) return false;
        _at = end + 1;
        return true;
    }

    public string Digits()
    {
        int from = _at;
        while (Next is { } next && char.IsAsciiDigit(next)) _at++;
        return pattern[from.._at];
    }

    /// <summary>The characters that may be at this place.</summary>
    public CodePoints Character()
    {
        if (Take('.')) return CodePoints.Any.Except(Breaks);
        if (Take('[')) return Class();
        if (Take('\\')) return Escape(inClass: false);
        if (Next is '*' or '+' or '?' or '{' or '}' or ']' or '^' or '$') throw Refusal($"has a '{Next}' where it cannot be, or is not supported");
        return Literal();
    }

    private CodePoints Class()
    {
        bool inverted = Take('^');
        List<CodePoints> all = [];
        while (!Take(']'))
        {
            if (AtEnd) throw Refusal("lacks the end of a class");
            CodePoints from = Member();
            if (Next == '-' && _at + 1 < pattern.Length && pattern[_at + 1] != ']')
            {
                _at++;
                all.Add(Range(from, Member()));
            }
            else
            {
                all.Add(from);
            }
        }
        CodePoints named = CodePoints.Union(all);
        CodePoints characters = inverted ? CodePoints.Any.Except(named) : named;
        return characters.IsEmpty ? throw Refusal("has a class without characters") : characters;
    }

    private CodePoints Member() => Take('\\') ? Escape(inClass: true) : Literal();

    private CodePoints Range(CodePoints from, CodePoints to) =>
        One(from) is { } first && One(to) is { } last && first <= last ? CodePoints.Range(first, last) : throw Refusal("has a range that is none");

    private static int? One(CodePoints characters) => characters.Ranges is [var (from, to)] && from == to ? from : null;

    private CodePoints Literal()
    {
        if (AtEnd || Rune.DecodeFromUtf16(pattern.AsSpan(_at), out Rune character, out int units) != System.Buffers.OperationStatus.Done) throw Refusal("has half a character");
        _at += units;
        return CodePoints.Of(character.Value);
    }

    private CodePoints Escape(bool inClass)
    {
        char? kind = Next;
        _at++;
        return kind switch
        {
            'd' => Digit,
            'D' => CodePoints.Any.Except(Digit),
            'w' => Word,
            'W' => CodePoints.Any.Except(Word),
            's' => White,
            'S' => CodePoints.Any.Except(White),
            't' => CodePoints.Of('\t'),
            'n' => CodePoints.Of('\n'),
            'r' => CodePoints.Of('\r'),
            'v' => CodePoints.Of('\v'),
            'f' => CodePoints.Of('\f'),
            '0' when Next is not (>= '0' and <= '9') => CodePoints.Of(0),
            'b' when inClass => CodePoints.Of('\b'),
            'x' => Hex(2),
            'u' => Take('{') ? Braced() : Unit(),
            '-' or '^' or '$' or '\\' or '.' or '*' or '+' or '?' or '(' or ')' or '[' or ']' or '{' or '}' or '|' or '/' => CodePoints.Of(kind.Value),
            _ => throw Refusal($"has '\\{kind}', which is not supported"),
        };
    }

    private CodePoints Braced()
    {
        int end = Math.Max(_at, pattern.IndexOf('}', _at));
        CodePoints character = Hex(end - _at);
        return Take('}') ? character : throw Refusal("lacks the end of an escape");
    }

    // Two halves of a pair are one character.
    private CodePoints Unit()
    {
        int unit = Number(4);
        if (!char.IsHighSurrogate((char)unit) || _at + 6 > pattern.Length || pattern[_at] != '\\' || pattern[_at + 1] != 'u') return Of(unit);
        _at += 2;
        int low = Number(4);
        return char.IsLowSurrogate((char)low) ? CodePoints.Of(char.ConvertToUtf32((char)unit, (char)low)) : throw Refusal("has half a character");
    }

    private CodePoints Hex(int digits) => Of(Number(digits));

    private CodePoints Of(int character) => Rune.IsValid(character) ? CodePoints.Of(character) : throw Refusal("has half a character");

    private int Number(int digits)
    {
        if (_at + digits > pattern.Length || !int.TryParse(pattern.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int number))
        {
            throw Refusal("has an escape without its digits");
        }
        _at += digits;
        return number;
    }
}
