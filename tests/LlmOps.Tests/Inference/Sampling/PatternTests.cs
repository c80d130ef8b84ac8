using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Tests.Inference.Sampling;

/// <summary>Patterns and bounds of a schema, against .NET's own regular expressions and against arithmetic.</summary>
public sealed class PatternTests
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("^[A-Z]{2}-\\d{3,4}$", new[] { "AB-123", "AB-1234" }, new[] { "AB-12", "AB-12345", "ab-123", "" })]
    [InlineData("^(?:red|gr[ae]y)(?<n>!*)$", new[] { "red", "gray!!", "grey" }, new[] { "gry", "red?" })]
    [InlineData("b+", new[] { "abc", "b" }, new[] { "ac", "" })]
    [InlineData("^a|c$", new[] { "ax", "xc" }, new[] { "xa", "cx" })]
    [InlineData("^.$", new[] { "ü", "😀", "\"", "\\", "\t", "\0" }, new[] { "\n", "ab", "" })]
    [InlineData("^[^a-y\\s]+$", new[] { "z1", "éЖ😀" }, new[] { "a", "z z", "z\u00A0" })]
    [InlineData("^[\\w.+-]+@[\\w-]+(\\.[\\w-]+)*$", new[] { "a.b+c@d-e.org" }, new[] { "a@", "@b" })]
    [InlineData("^\\u00e9\\u{1F600}\\ud83d\\ude00\\x41\\/$", new[] { "é😀😀A/" }, new[] { "é😀A/" })]
    [InlineData("^(a*)*?b{0}c??$", new[] { "", "aaa", "ac" }, new[] { "b", "cc" })]
    [InlineData("^[α-ωА-я一-龯]{2}$", new[] { "λж", "漢字" }, new[] { "λ", "ab" })]
    [InlineData("", new[] { "", "anything \n" }, new string[0])]
    public void Pattern_takes_what_matches(string pattern, string[] matching, string[] others)
    {
        GrammarState begin = GrammarState.Begin(Of(new { type = "string", pattern }));
        Assert.All(matching, text => Assert.True(Takes(begin, text), text));
        Assert.All(others, text => Assert.False(Takes(begin, text), text));
    }

    [Theory]
    [InlineData("(?=a)b")]
    [InlineData("(?<!a)b")]
    [InlineData("(a)\\1")]
    [InlineData("\\bword\\b")]
    [InlineData("\\p{L}")]
    [InlineData("a^b")]
    [InlineData("(^a$)")]
    [InlineData("a**")]
    [InlineData("*a")]
    [InlineData("a{2,1}")]
    [InlineData("a{5000}")]
    [InlineData("a{")]
    [InlineData("a)")]
    [InlineData("(a")]
    [InlineData("[a")]
    [InlineData("[z-a]")]
    [InlineData("[]")]
    [InlineData("[\\d-z]")]
    [InlineData("\\")]
    [InlineData("\\u12")]
    [InlineData("\\ud800")]
    public void Pattern_that_is_wrong_or_says_too_much_is_refused(string pattern) =>
        Assert.Contains("#/pattern: the pattern ", Assert.Throws<SchemaException>(() => Of(new { type = "string", pattern })).Message, StringComparison.Ordinal);

    [Fact]
    public void Random_patterns_match_what_dotnet_matches()
    {
        Random random = new(7);
        for (int i = 0; i < 60; i++)
        {
            string pattern = Random(random, 3);
            GrammarState begin = GrammarState.Begin(Of(new { type = "string", pattern }));
            // .NET's $ also matches before a last line break, its \d and \w more than ASCII; the texts have neither.
            Regex regex = new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5));
            for (int j = 0; j < 15; j++)
            {
                string text = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "ab1-"[random.Next(4)]));
                Assert.True(regex.IsMatch(text) == Takes(begin, text), $"{pattern} on {text}");
            }
        }
    }

    [Fact]
    public void Integer_is_within_its_bounds_and_each_within_them_is_taken()
    {
        Random random = new(3);
        for (int i = 0; i < 60; i++)
        {
            int[] bounds = [.. new[] { random.Next(-1200, 1200), random.Next(-1200, 1200) }.Order()];
            Grammar grammar = Of(new { type = "integer", minimum = bounds[0], maximum = bounds[1] });
            GrammarState begin = GrammarState.Begin(grammar);
            for (int number = -1300; number < 1300; number += 1 + (i % 3))
            {
                GrammarState end = begin.After(Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
                Assert.True(end.MayEnd == (number >= bounds[0] && number <= bounds[1]), $"{number} within {bounds[0]} and {bounds[1]}");
            }
            Assert.False(begin.Allows("007"u8));
        }
    }

    [Theory]
    [InlineData("1e30", "-1e30", false)]
    [InlineData("-1e400", "1e400", true)]
    [InlineData("-99999999999999999999", "9999999999999999", true)]
    public void Integers_have_sixteen_digits_at_most(string minimum, string maximum, bool any)
    {
        string schema = $$"""{"type":"integer","minimum":{{minimum}},"maximum":{{maximum}}}""";
        if (!any)
        {
            Assert.Throws<SchemaException>(() => SchemaGrammar.Of(JsonElement.Parse(schema)));
            return;
        }
        GrammarState begin = GrammarState.Begin(SchemaGrammar.Of(JsonElement.Parse(schema)));
        Assert.True(begin.After("-9999999999999999"u8).Ended);
        Assert.True(begin.After("9999999999999999"u8).Ended);
    }

    private static string Random(Random random, int depth) => depth == 0 ? Pick(random, "a", "b", "1", "-", "[ab]", "[^a]", "\\d", "\\w", ".", "[a-b1]") : random.Next(6) switch
    {
        0 => $"({Random(random, depth - 1)}|{Random(random, depth - 1)})",
        1 => $"(?:{Random(random, depth - 1)}){Pick(random, "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?")}",
        2 => depth == 3 ? $"^{Random(random, depth - 1)}$" : Random(random, depth - 1),
        3 => depth == 3 ? $"^{Random(random, depth - 1)}|{Random(random, depth - 1)}$" : Random(random, depth - 1),
        _ => Random(random, depth - 1) + Random(random, depth - 1),
    };

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static Grammar Of(object schema) => SchemaGrammar.Of(JsonSerializer.SerializeToElement(schema));

    private static bool Takes(GrammarState begin, string text)
    {
        string quoted = JsonSerializer.Serialize(text, Relaxed);
        // The serializer escapes more than has to be; characters beyond ASCII come as they are.
        quoted = Regex.Replace(quoted, @"\\u([0-9A-Fa-f]{4})", match => Unescaped(match));
        return begin.After(Encoding.UTF8.GetBytes(quoted)).MayEnd;
    }

    private static string Unescaped(Match match)
    {
        char unit = (char)int.Parse(match.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return unit < ' ' ? match.Value.ToLowerInvariant() : unit.ToString();
    }
}
