using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;
using LlmOps.Tests.Inference.Sampling;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

/// <summary>Constrained answers against the JSON Schema test suite, and against Ajv as a validator that others use.</summary>
public sealed class SchemasAreThoseOfTheSuite
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Oracles = Repository.At("tests", "LlmOps.Tests", "Interop", "Oracles");

    private static readonly string[] Own =
    [
        """{"type":"object","properties":{"name":{"type":"string","maxLength":5},"n":{"type":"integer","minimum":-3,"maximum":120},"tags":{"type":"array","items":{"enum":["a","b"]},"maxItems":2}},"required":["n"]}""",
        """{"type":"string","pattern":"^[A-Z]{2}-\\d{2,3}[^\\w]?$"}""", """{"type":"string","pattern":"é+|\"b\""}""", """{"type":"string","pattern":"^[^a-z\\s\\u{1F600}]*.$"}""",
        """{"type":"array","prefixItems":[{"type":"integer","exclusiveMinimum":5},{"type":"boolean"}],"items":{"type":"null"},"minItems":1,"maxItems":4}""",
        """{"type":"object","minProperties":1,"maxProperties":2}""", """{"type":"number","minimum":0}""", """{"type":"string","minLength":2,"maxLength":3}""",
        """{"oneOf":[{"type":"object","properties":{"kind":{"const":"a"},"x":{"type":"integer"}},"required":["kind"]},{"type":"object","properties":{"kind":{"enum":["b","c"]}},"required":["kind"]},{"type":"string"}]}""",
        """{"type":"integer","minimum":-12345,"exclusiveMaximum":678.5}""", """{"type":"integer","maximum":-99}""", """{"type":"object"}""",
    ];

    [RequiresFact(Tool.Oracles)]
    public void No_value_that_the_suite_calls_invalid_is_taken()
    {
        List<string> wrong = [];
        int tried = 0;
        foreach ((Grammar grammar, JsonElement group) in Suite())
        {
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray().Where(test => !test.GetProperty("valid").GetBoolean()))
            {
                tried++;
                string text = Compact(test.GetProperty("data"));
                if (GrammarState.Begin(grammar).After(Encoding.UTF8.GetBytes(text)).MayEnd) wrong.Add($"{group.GetProperty("schema").GetRawText()} takes {text}");
            }
        }
        Assert.Empty(wrong);
        Assert.True(tried > 50, $"only {tried} values were tried");
    }

    [RequiresFact(Tool.Oracles)]
    public async Task Whatever_is_drawn_is_valid_to_Ajv()
    {
        Random random = new(11);
        var drawn = Own.Select(schema => JsonElement.Parse(schema)).Concat(Suite().Select(one => one.Group.GetProperty("schema")))
            .Select(schema => new { schema, texts = Draw(SchemaGrammar.Of(schema), random) }).ToArray();
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(drawn));
        (int exitCode, string output) = await Command.Run("node", [Path.Combine(Oracles, "schemas.mjs"), file]);
        File.Delete(file);
        Assert.True(exitCode == 0, output);
        int[]?[] invalid = JsonSerializer.Deserialize<int[]?[]>(output)!;
        Assert.All(invalid.Take(Own.Length), one => Assert.NotNull(one));
        Assert.Empty(drawn.Zip(invalid).SelectMany(one => (one.Second ?? []).Select(i => $"{one.First.schema.GetRawText()} gave {one.First.texts[i]}")));
        Assert.True(drawn.Sum(one => one.texts.Length) > 200);
    }

    private static string[] Draw(Grammar grammar, Random random)
    {
        GrammarState begin = GrammarState.Begin(grammar);
        return [.. Enumerable.Range(0, 12).Select(_ => RandomText.Of(begin, random, most: 120, whole: true)).OfType<byte[]>().Select(Encoding.UTF8.GetString)];
    }

    // Of the schemas that are not refused.
    private static IEnumerable<(Grammar Grammar, JsonElement Group)> Suite()
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Oracles, "node_modules", "json-schema-test-suite", "tests", "draft4"), "*.json").Order(StringComparer.Ordinal))
        {
            foreach (JsonElement group in JsonElement.Parse(File.ReadAllText(file)).EnumerateArray())
            {
                Grammar? grammar = null;
                try
                {
                    grammar = SchemaGrammar.Of(group.GetProperty("schema"));
                }
                catch (SchemaException)
                {
                    // What cannot be promised is not.
                }
                if (grammar is not null) yield return (grammar, group);
            }
        }
    }

    private static string Compact(JsonElement value) => JsonSerializer.Serialize(value, Relaxed);
}
