using System.Globalization;
using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>The whole numbers between two bounds, as JSON writes them.</summary>
internal sealed class IntegerRange(Grammar grammar, JsonRules json)
{
    /// <summary>The greatest number of as many digits as are written at most.</summary>
    public const long Greatest = 9_999_999_999_999_999;

    /// <param name="least">The first of the numbers.</param>
    /// <param name="most">The last of them, at least the first.</param>
    public Symbol Of(long least, long most)
    {
        (least, most) = (Math.Max(least, -Greatest), Math.Min(most, Greatest));
        List<Symbol[]> choices = [];
        if (least < 0 && least <= most) AddLengths(choices, Grammar.Text("-"), Math.Max(1, -most), -least);
        if (most >= 0 && least <= most) AddLengths(choices, [], Math.Max(0, least), most);
        return grammar.Add([.. choices]);
    }

    private void AddLengths(List<Symbol[]> choices, Symbol[] sign, long least, long most)
    {
        for (int length = Text(least).Length; length <= Text(most).Length; length++)
        {
            string first = length == 1 ? "0" : "1" + new string('0', length - 1);
            string last = new('9', length);
            choices.Add(
            [
                .. sign,
                .. Between(length == Text(least).Length ? Text(least) : first, length == Text(most).Length ? Text(most) : last),
            ]);
        }
    }

    // Digits of equal number. Below one that is greater than the first's and less than the last's, all others are free.
    private Symbol[] Between(string first, string last)
    {
        if (first.All(digit => digit == '0') && last.All(digit => digit == '9')) return json.Digits(first.Length);
        if (first[0] == last[0]) return [.. Grammar.Text(first[..1]), .. Between(first[1..], last[1..])];
        int rest = first.Length - 1;
        List<Symbol[]> choices =
        [
            [.. Grammar.Text(first[..1]), .. Between(first[1..], new string('9', rest))],
            [.. Grammar.Text(last[..1]), .. Between(new string('0', rest), last[1..])],
        ];
        if (last[0] - first[0] > 1) choices.Add([Symbol.Bytes(ByteSet.Range((byte)(first[0] + 1), (byte)(last[0] - 1))), .. json.Digits(rest)]);
        return [grammar.Add([.. choices])];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
