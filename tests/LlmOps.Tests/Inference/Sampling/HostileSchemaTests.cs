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

    private static string Refusal(string schema) => Assert.Throws<SchemaException>(() => SchemaGrammar.Of(JsonElement.Parse(schema))).Message;

    private static string Many(int times, string part) => string.Join(',', Enumerable.Repeat(part, times));

    private static string Numbers(int first) => string.Join(',', Enumerable.Range(first, 1000));
}
