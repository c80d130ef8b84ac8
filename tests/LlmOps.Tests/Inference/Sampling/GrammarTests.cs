using System.Text;
using System.Text.Json;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Tests.Inference.Sampling;

public sealed class GrammarTests
{
    [Theory]
    [InlineData("{}", true)]
    [InlineData("""{"a": [1, -2.5e3, "x\n\u00e9", true, null, {"b": {}}]}""", true)]
    [InlineData("{\n  \"ключ\": \"значение 😀\"\n}", true)]
    [InlineData("""{"a":1,}""", false)]
    [InlineData("""{'a':1}""", false)]
    [InlineData("""{"a":01}""", false)]
    [InlineData("""{"a":"\ud83d"}""", false)]
    [InlineData("""{"a":1}}""", false)]
    [InlineData("[1]", false)]
    public void Any_object_is_json(string text, bool valid) => Assert.Equal(valid, Accepts(SchemaGrammar.AnyObject(), text));

    [Theory]
    [InlineData("""{"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0}},"required":["name","age"],"additionalProperties":false}""",
        """{"name":"Ann","age":7}""", """{"name": "Ann"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"null"},"b":{"type":"boolean"},"c":{"type":"number"}},"required":["b"]}""",
        """{"b":true,"c":1.5}""", """{"a":null,"c":1}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"null"}}}""", "{}", """{"b":1}""")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1, 2]", "[1]")]
    [InlineData("""{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""", "[1,2,3]", "[1,2,3,4]")]
    [InlineData("""{"type":"array","maxItems":0}""", "[]", "[1]")]
    [InlineData("""{"enum":["red","green",3,null]}""", "\"green\"", "\"blue\"")]
    [InlineData("""{"const":{"a":1}}""", """{"a":1}""", """{"a":2}""")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"string","maxLength":2}]}""", "\"ab\"", "\"abc\"")]
    [InlineData("""{"type":["string","null"],"minLength":1}""", "null", "\"\"")]
    [InlineData("""{"type":"string","format":"date-time"}""", "\"2026-02-28T23:59:59.5Z\"", "\"2026-13-01T00:00:00Z\"")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"x":1,"y":2}""", """{"x":"1"}""")]
    [InlineData("""{"type":"object","minProperties":1,"maxProperties":2}""", """{"a":1,"b":2}""", "{}")]
    [InlineData("""{"type":"object","minProperties":1,"maxProperties":2}""", """{"a":1}""", """{"a":1,"b":2,"c":3}""")]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{}},"required":["a"],"minProperties":1,"maxProperties":2}""", """{"a":1}""", """{"b":1}""")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"integer"},{"type":"boolean"}],"items":{"type":"string"},"minItems":2,"maxItems":3}""", """[1,true,"a"]""", """[1]""")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"integer"},{"type":"boolean"}],"items":false}""", "[1]", "[1,true,2]")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"integer"},{"type":"boolean"}],"maxItems":1}""", "[]", "[1,true]")]
    [InlineData("""{"prefixItems":[{"type":"null"}],"minItems":3}""", "[null,1,2]", "[null,1]")]
    [InlineData("""{"type":"integer","minimum":-3,"maximum":12}""", "-3", "-4")]
    [InlineData("""{"type":"integer","exclusiveMinimum":5,"exclusiveMaximum":7.5}""", "7", "5")]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"kind":{"const":"a"}},"required":["kind"]},{"$ref":"#/$defs/b"}],"$defs":{"b":{"type":"object","properties":{"kind":{"enum":["b","c"]},"n":{"type":"null"}},"required":["kind"]}}}""",
        """{"kind":"c","n":null}""", """{"kind":"a","n":null}""")]
    [InlineData("""{"type":"integer","enum":["a",1,2.5,3]}""", "3", "\"a\"")]
    [InlineData("""{"type":["number","null"],"anyOf":[{"type":"integer"},{"const":null},{"$ref":"#/$defs/a"}],"$defs":{"a":{"enum":[0.5]}}}""", "0.5", "\"a\"")]
    [InlineData("""{"additionalProperties":{"type":"boolean"}}""", """{"a":true}""", """{"a":1}""")]
    [InlineData("""{"maxLength":2}""", "\"ab\"", "1")]
    [InlineData("""{"oneOf":[{"type":"string"},{"anyOf":[{"type":"null"},{"type":"array"}]}]}""", "[]", "1")]
    [InlineData("""{"$defs":{"node":{"type":"object","properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["next"]}},"$ref":"#/$defs/node"}""",
        """{"next":{"next":null}}""", """{"next":{"next":1}}""")]
    public void Schema_takes_what_is_valid_and_nothing_else(string schema, string valid, string invalid)
    {
        Grammar grammar = SchemaGrammar.Of(JsonDocument.Parse(schema).RootElement);
        Assert.True(Accepts(grammar, valid));
        Assert.False(Accepts(grammar, invalid));
    }

    [Theory]
    [InlineData("""{"type":"string","pattern":"^a$","maxLength":3}""", "#/pattern")]
    [InlineData("""{"type":"string","format":"date","maxLength":3}""", "#/format")]
    [InlineData("""{"type":"number","maximum":3}""", "#/maximum")]
    [InlineData("""{"type":"integer","minimum":3.1,"exclusiveMaximum":4}""", "allows no number")]
    [InlineData("""{"type":"array","prefixItems":[{}],"items":false,"minItems":2}""", "#/minItems")]
    [InlineData("""{"type":"object","minProperties":2}""", "#/minProperties")]
    [InlineData("""{"type":"object","properties":{"a":{},"b":{}},"maxProperties":1}""", "#/maxProperties")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "#/oneOf: a value may be valid under 0 and 1 both")]
    [InlineData("""{"oneOf":[{"type":"object","properties":{"a":{"const":1}}},{"type":"object","properties":{"a":{"const":2}}}]}""", "#/oneOf")]
    [InlineData("""{"type":"string","enum":[1,null]}""", "# allows nothing")]
    [InlineData("""{"type":"object","anyOf":[{"type":"object"},{"type":"array"}]}""", "#/type is not supported beside anyOf")]
    [InlineData("""{"type":"string","$ref":"#/$defs/a","$defs":{"a":{"type":"integer"}}}""", "#/type is not supported beside $ref")]
    [InlineData("""{"type":"boolean","maxLength":3}""", "#/maxLength")]
    [InlineData("""{"oneOf":[{"enum":["a",1]},{"enum":["b",1.0]}]}""", "#/oneOf")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"number","multipleOf":2}}}""", "#/properties/a/multipleOf")]
    [InlineData("""{"type":"object","properties":{"a":{}},"required":["b"]}""", "#/required: b")]
    [InlineData("""{"$ref":"#/$defs/missing"}""", "is not there")]
    [InlineData("""{"type":"string","format":"email"}""", "#/format")]
    [InlineData("""{"allOf":[{"type":"string"},{"minLength":2}]}""", "#/allOf")]
    [InlineData("""{"$ref":"#"}""", "contain itself")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""", "contain itself")]
    [InlineData("""{"type":"object","properties":{"a":{"type":[]}}}""", "allows nothing")]
    [InlineData("""{"type":"object","required":["a"]}""", "#/required")]
    [InlineData("""{"required":["a"]}""", "#/required")]
    [InlineData("""{"type":"array","minItems":3,"maxItems":2}""", "#/maxItems")]
    [InlineData("""{"enum":["a"],"minLength":2}""", "#/minLength is not supported beside enum")]
    [InlineData("""{"anyOf":[{"type":"object"}],"properties":{"a":{}}}""", "#/properties is not supported beside anyOf")]
    public void What_cannot_be_promised_is_refused_by_its_place(string schema, string message)
    {
        Assert.Contains(message, Refusal(schema), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_drawn_under_a_schema_is_valid_json_of_it(int seed)
    {
        Grammar grammar = SchemaGrammar.Of(JsonDocument.Parse(
            """{"type":"object","properties":{"name":{"type":"string","maxLength":20},"tags":{"type":"array","items":{"enum":["a","bb"]},"maxItems":3},"n":{"type":"integer"}},"required":["name","tags"]}""").RootElement);
        // Every byte is a token; 256 ends the text.
        SamplingOptions options = new(Temperature: 1, TopP: 1, TopK: 0, seed)
        {
            EndTokens = new HashSet<int> { 256 },
            Constraint = Constraint(grammar, [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), []]),
        };
        Random random = new(seed);
        for (int answer = 0; answer < 20; answer++)
        {
            Sampler sampler = new(options with { Seed = random.Next() }, []);
            List<byte> text = [];
            for (int token = -1; token != 256;)
            {
                float[] logits = [.. Enumerable.Range(0, 257).Select(_ => (float)random.NextDouble() * 3)];
                token = sampler.Next(logits);
                if (token < 256) text.Add((byte)token);
            }
            JsonElement value = JsonDocument.Parse(Encoding.UTF8.GetString([.. text])).RootElement;
            Assert.True(value.GetProperty("name").GetString()!.EnumerateRunes().Count() <= 20);
            Assert.All(value.GetProperty("tags").EnumerateArray(), tag => Assert.Contains(tag.GetString(), new[] { "a", "bb" }));
        }
    }

    [Fact]
    public void Chain_of_references_longer_than_the_stack_is_refused()
    {
        string links = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"a{i}\":{{\"$ref\":\"#/$defs/a{i + 1}\"}}"));
        string schema = $"{{\"$defs\":{{{links},\"a5000\":{{\"type\":\"null\"}}}},\"$ref\":\"#/$defs/a0\"}}";
        Assert.Contains("nested too deeply", Refusal(schema), StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_that_would_take_the_memory_is_refused()
    {
        string arrays = string.Join(',', Enumerable.Repeat("""{"type":"array","minItems":2000}""", 900));
        Assert.Contains("too large", Refusal($"{{\"anyOf\":[{arrays}]}}"), StringComparison.Ordinal);
        Assert.Contains("1 to 1000", Refusal($"{{\"enum\":[{string.Join(',', Enumerable.Range(0, 1001))}]}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Choices_of_equal_choices_do_not_double_with_each_level()
    {
        string levels = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"a{i}\":{{\"anyOf\":[{{\"$ref\":\"#/$defs/a{i + 1}\"}},{{\"$ref\":\"#/$defs/a{i + 1}\"}}]}}"));
        string schema = $"{{\"$defs\":{{{levels},\"a40\":{{\"type\":\"null\"}}}},\"$ref\":\"#/$defs/a0\"}}";
        Assert.True(Accepts(SchemaGrammar.Of(JsonDocument.Parse(schema).RootElement), "null"));
    }

    [Fact]
    public void Text_may_be_nested_deeper_than_the_stack_goes_but_not_without_end()
    {
        GrammarState state = GrammarState.Begin(SchemaGrammar.AnyObject()).After("{\"a\":"u8);
        int depth = 0;
        for (; depth < 100_000 && state.Allows("["u8); depth++) state = state.After("["u8);
        Assert.InRange(depth, 100, 1000);
        for (; depth > 0; depth--) state = state.After("]"u8);
        Assert.True(state.After("}"u8).MayEnd);
    }

    [Fact]
    public void Text_ends_by_itself_where_the_vocabulary_has_no_end()
    {
        string[] tokens = ["{", "}", "x"];
        Sampler sampler = new(
            new SamplingOptions(0, 1, 0, 0) { Constraint = Constraint(SchemaGrammar.AnyObject(), [.. tokens.Select(Encoding.UTF8.GetBytes)]) }, []);
        Assert.Equal(0, sampler.Next([1, 2, 3]));
        Assert.False(sampler.Ended);
        Assert.Equal(1, sampler.Next([1, 2, 3]));
        Assert.True(sampler.Ended);
    }

    [Fact]
    public void Token_is_allowed_only_whole_and_the_end_only_where_the_text_is_complete()
    {
        string[] tokens = ["{", "{\"", "}", "{}", "{}x", ""];
        TokenConstraint constraint = Constraint(SchemaGrammar.AnyObject(), [.. tokens.Select(Encoding.UTF8.GetBytes)]).Begin();
        Assert.Equal([true, true, false, true, false, false], tokens.Select((_, i) => constraint.Allows(i)));
        Assert.False(constraint.MayEnd);
        constraint.Take(3);
        Assert.True(constraint.MayEnd);
        Assert.DoesNotContain(true, tokens.Select((_, i) => constraint.Allows(i)));
    }

    private static TextRule Constraint(Grammar grammar, byte[][] tokens)
    {
        TokenGrammar made = new(grammar, new TokenTrie([.. tokens.Select(bytes => new ReadOnlyMemory<byte>(bytes))]));
        return new TextRule("", () => new TokenConstraint(made));
    }

    private static string Refusal(string schema) =>
        Assert.Throws<SchemaException>(() => SchemaGrammar.Of(JsonDocument.Parse(schema).RootElement)).Message;

    private static bool Accepts(Grammar grammar, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        GrammarState state = GrammarState.Begin(grammar);
        return state.Allows(bytes) && state.After(bytes).MayEnd;
    }
}
