using System.Text.RegularExpressions;

namespace LlmOps.Gates.Scores;

/// <summary>
/// Words as the Penn Treebank splits them (MacIntyre's sed script, as js-rouge has it): punctuation apart, a full stop only
/// at the end of the text, English contractions in two. Quotation marks are told apart by the space before them.
/// </summary>
internal static partial class TreebankWords
{
    public static string[] Of(string text)
    {
        string line = Spaces().Replace(text, " ").Trim();
        if (line.Length == 0)
        {
            return [];
        }
        line = OpeningQuote().Replace(line, "$1 `` ");
        line = line.Replace("\"", " '' ", StringComparison.Ordinal);
        line = line.Replace("...", " ... ", StringComparison.Ordinal);
        line = CommaOrColon().Replace(line, " $& ");
        line = Symbols().Replace(line, " $& ");
        line = LastStop().Replace(line, "$1 $2$3 ");
        line = Brackets().Replace(line, " $& ").Replace("--", " -- ", StringComparison.Ordinal);
        line = $" {line} ";
        line = QuoteAtEnd().Replace(line, "$1 ' ");
        line = ShortEndings().Replace(line, " '$1 ");
        line = LongEndings().Replace(line, " $1 ");
        line = Joined().Replace(line, match => Split(match.Value));
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string Split(string word) => word switch
    {
        "cannot" => "can not",
        "d'ye" => "d 'ye",
        "more'n" => "more 'n",
        "'tis" => "'t is",
        "'twas" => "'t was",
        _ => $"{word[..3]} {word[3..]}",
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("(^|[ (\\[{<])\"")]
    private static partial Regex OpeningQuote();

    [GeneratedRegex(@"[:,](?!\d)")]
    private static partial Regex CommaOrColon();

    [GeneratedRegex("[;@#$%&?!]")]
    private static partial Regex Symbols();

    [GeneratedRegex(@"([^.])(?<!\b[A-Za-z]\.[A-Za-z])(\.)([\])}>'\s]*)$")]
    private static partial Regex LastStop();

    [GeneratedRegex(@"[\][(){}<>]")]
    private static partial Regex Brackets();

    [GeneratedRegex("([^'])' ")]
    private static partial Regex QuoteAtEnd();

    [GeneratedRegex("'([sSmMdD]) ")]
    private static partial Regex ShortEndings();

    [GeneratedRegex("('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ")]
    private static partial Regex LongEndings();

    [GeneratedRegex(@"(?<!\w)(?:cannot|d'ye|gimme|gonna|gotta|lemme|more'n|wanna(?= )|'tis|'twas)(?!\w)")]
    private static partial Regex Joined();
}
