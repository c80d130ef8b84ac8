using System.Text;
using System.Text.Json;
using LlmOps.Inference.Endpoints;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Tests.Inference.Sampling;

/// <summary>Small schemas that would take hours: each is refused after bounded work. Without its bound a test here does not end.</summary>
public sealed class HostileSchemaTests
{
    [Fact]
    public void Branches_that_name_the_same_branches_are_not_followed_without_end()
    {
        string levels = string.Concat(Enumerable.Range(0, 9).Select(level =>
        {
            string part = $$"""{"$ref":"#/$defs/a{{level + 1}}"}""";
            return $$"""
                "a{{level}}":{"anyOf":[{{Many(30, part)}}]},
                """;
        }));
        string schema = $$"""{"type":"string","$ref":"#/$defs/a0","$defs":{ {{levels}} "a9":{"type":"string"} } }""";
        Assert.Contains("#/type", Refusal(schema), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lists_of_values_are_not_compared_again_and_again()
    {
        string small = Many(300, """{"$ref":"#/$defs/small"}""");
        string large = Many(300, """{"$ref":"#/$defs/large"}""");
        string values = $$"""{"small":{"enum":[{{Numbers(0)}}]},"large":{"enum":[{{Numbers(1000)}}]} }""";
        string schema = $$"""{"oneOf":[{"anyOf":[{{small}}]},{"anyOf":[{{large}}]}],"$defs":{{values}} }""";
        Assert.Contains("may be valid under 0 and 1 both", Refusal(schema), StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_that_nobody_writes_is_refused_by_its_length() =>
        Assert.Contains("256 KiB", Refusal($$"""{"type":"string","description":"{{new string('a', 300_000)}}"}"""), StringComparison.Ordinal);

    [Fact]
    public void Search_for_tokens_is_given_up_where_each_byte_leads_to_new_ways()
    {
        Random random = new(3);
        ReadOnlyMemory<byte>[] tokens = [.. Enumerable.Range(0, 1500).Select(_ => (ReadOnlyMemory<byte>)Enumerable.Range(0, 16).Select(_ => (byte)"az"[random.Next(2)]).ToArray())];
        // Which of the last hundred characters are in the first half of the alphabet: one state for each answer.
        TokenGrammar grammar = new(SchemaGrammar.Of(JsonElement.Parse("""{"type":"string","pattern":"^.*[a-m].{100}$"}""")), new TokenTrie(tokens));
        GrammarState state = grammar.Begin().After(Encoding.ASCII.GetBytes("\"" + new string('a', 60)));
        Assert.Contains("too many ways", Assert.Throws<SchemaException>(() => grammar.MaskOf(state)).Message, StringComparison.Ordinal);
        Assert.True(grammar.Allows(state, 0));
    }

    [Fact]
    public void Answer_may_search_no_more_than_its_tokens_have_earned()
    {
        // Which of the last hundred characters are in the first half of the alphabet: every text comes to ever new states.
        GrammarTexts texts = new(seed: 5);
        TokenGrammar grammar = new(SchemaGrammar.Of(JsonElement.Parse("""{"type":"string","pattern":"^.*[a-m].{100}$"}""")), new TokenTrie(texts.Tokens));
        TokenConstraint answer = new(grammar);
        answer.Take(GrammarTexts.Quote);
        int taken = 0;
        long before = grammar.Looks;
        SchemaException refused = Assert.Throws<SchemaException>(() =>
        {
            for (; taken < 10_000; taken++)
            {
                _ = answer.Mask;
                answer.Take(texts.Next());
            }
        });
        Assert.Contains("too many ways", refused.Message, StringComparison.Ordinal);
        Assert.InRange(grammar.Looks - before, SearchAllowance.First, SearchAllowance.First + ((taken + 2) * SearchAllowance.EachToken));
    }

    [Fact]
    public void Choices_in_each_of_many_places_are_not_all_made_before_one_is_tried()
    {
        // Each of 1,000 places may be left out, so that the next may come at once, and has 400 ways to begin.
        string choices = string.Concat(Enumerable.Range(0, 400).Select(i => $"a{i}b|"));
        GrammarStates states = new(SchemaGrammar.Of(JsonSerializer.SerializeToElement(new { type = "string", pattern = $"^(?:{choices}){{1000}}$" })));
        Assert.True(states.Begin().After("\""u8).IsDead);
        Assert.InRange(states.Looks, 1000, 50_000);
        Assert.InRange(states.Bytes, 1, TokenGrammar.MostBytes);
    }

    [Fact]
    public void Many_ways_that_share_nothing_are_not_nested_as_deeply_as_one()
    {
        string lists = string.Join(',', Enumerable.Range(0, 300).Select(i => $$""" "a{{i}}":{"type":"array","items":{"$ref":"#/$defs/a{{i}}"} }"""));
        string choices = string.Join(',', Enumerable.Range(0, 300).Select(i => $$"""{"$ref":"#/$defs/a{{i}}"}"""));
        GrammarState state = GrammarState.Begin(SchemaGrammar.Of(JsonElement.Parse($$"""{"anyOf":[{{choices}}],"$defs":{ {{lists}} } }""")));
        int depth = 0;
        for (; state.Allows("["u8); depth++) state = state.After("["u8);
        Assert.InRange(depth, 20, 500);
    }

    [Fact]
    public void Schema_that_the_vocabulary_cannot_write_is_the_fault_of_the_request()
    {
        TokenGrammar grammar = new(SchemaGrammar.AnyObject(), new TokenTrie([new byte[] { (byte)'x' }]));
        Sampler sampler = new(new SamplingOptions(0, 1, 0, 0) { Constraint = new TextRule("", () => new TokenConstraint(grammar)) }, []);
        SchemaException refused = Assert.Throws<SchemaException>(() => sampler.Next([1]));
        Assert.Equal(400, AnswerRequest.EngineError(refused).Status);
        Assert.Equal(500, AnswerRequest.EngineError(new InvalidOperationException("broken")).Status);
    }

    /// <summary>A quote, and 400 tokens of 1 to 8 of the letters a and z, of which any may follow another.</summary>
    private sealed class GrammarTexts(int seed)
    {
        public const int Quote = 0;

        private readonly Random _random = new(seed);

        public IReadOnlyList<ReadOnlyMemory<byte>> Tokens { get; } =
            [new[] { (byte)'"' }, .. Enumerable.Range(0, 400).Select(number => (ReadOnlyMemory<byte>)Enumerable.Range(0, 1 + (number % 8)).Select(bit => (byte)"az"[(number >> bit) & 1]).ToArray())];

        public int Next() => 1 + _random.Next(400);
    }

    private static string Refusal(string schema) => Assert.Throws<SchemaException>(() => SchemaGrammar.Of(JsonElement.Parse(schema))).Message;

    private static string Many(int times, string part) => string.Join(',', Enumerable.Repeat(part, times));

    private static string Numbers(int first) => string.Join(',', Enumerable.Range(first, 1000));
}
