using System.Globalization;
using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Schemas.Patterns;

/// <summary>Characters as they stand in a JSON string: escaped where they have to be, and only there.</summary>
internal sealed class CharacterRules(Grammar grammar)
{
    private static readonly CodePoints Plain = CodePoints.Any.Except(CodePoints.Range(0, 0x1F)).Except(CodePoints.Of('"', '\\'));

    private readonly Dictionary<string, Symbol> _known = [];

    /// <summary>One character of a set.</summary>
    public Symbol Of(CodePoints characters)
    {
        string key = string.Join(',', characters.Ranges);
        if (_known.TryGetValue(key, out Symbol known)) return known;
        CodePoints plain = characters.And(Plain);
        CodePoints ascii = plain.And(CodePoints.Ascii);
        List<Symbol[]> choices = [.. plain.Except(CodePoints.Ascii).Utf8()];
        if (!ascii.IsEmpty) choices.Add([Symbol.Bytes(ByteSet.Of([.. Each(ascii).Select(one => (byte)one)]))]);
        choices.AddRange(Each(characters.Except(Plain)).Select(one => Grammar.Text(Escaped((char)one))));
        return _known[key] = grammar.Add([.. choices]);
    }

    private static IEnumerable<int> Each(CodePoints characters) => characters.Ranges.SelectMany(range => Enumerable.Range(range.From, range.To + 1 - range.From));

    private static string Escaped(char character) => character switch
    {
        '"' or '\\' => $"\\{character}",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
    };
}
