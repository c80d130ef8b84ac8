using System.Text;
using System.Text.Json;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Tests.Inference.Sampling;

/// <summary>The tokens that may come next, against trying each of them byte by byte.</summary>
public sealed class MaskTests
{
    private static readonly string[] Leaves =
    [
        """{"type":"string"}""", """{"type":"string","maxLength":3}""", """{"type":"integer"}""", """{"type":"integer","minimum":-17,"maximum":230}""", """{"type":"number","minimum":0}""",
        """{"enum":["red","grün","a\"b",7,null]}""", """{"type":"string","pattern":"^[a-c]+(é|😀)?$"}""", """{"type":"string","format":"date"}""", """{"type":["boolean","null"]}""", "{}",
        """{"type":"object"}""", """{"type":"array","maxItems":2}""", """{"type":"string","pattern":"x"}""",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Mask_is_what_trying_each_token_says(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 4; i++)
        {
            string schema = Schema(random, 3);
            Grammar grammar = i == 0 ? SchemaGrammar.AnyObject() : SchemaGrammar.Of(JsonElement.Parse(schema));
            byte[][] tokens = Vocabulary(random, [.. Enumerable.Range(0, 12).Select(_ => Walk(GrammarState.Begin(grammar), random))]);
            TokenGrammar made = new(grammar, new TokenTrie([.. tokens.Select(bytes => new ReadOnlyMemory<byte>(bytes))]));
            SlowGrammar slow = new(grammar);
            for (int walk = 0; walk < 2; walk++) AssertAlong(Walk(made.Begin(), random), made, slow, tokens, $"{schema} (seed {seed}, {i})");
        }
    }

    [Fact]
    public void Parts_of_characters_are_allowed_where_the_rest_may_follow()
    {
        byte[][] tokens = [[0xC3], [0xA9], [0xE6, 0xBC], [0xA2], [0xFF], [0xED, 0xA0], [], [.. "a"u8, 0xC3], [0xA9, .. "\""u8]];
        TokenGrammar grammar = Made(SchemaGrammar.AnyObject(), tokens);
        GrammarState inString = grammar.Begin().After("{\""u8);
        Assert.Equal([true, false, true, false, false, false, false, true, false], Allowed(grammar, inString, tokens.Length));
        GrammarState inCharacter = inString.After([0xC3]);
        Assert.Equal([false, true, false, true, false, false, false, false, true], Allowed(grammar, inCharacter, tokens.Length));
    }

    [Fact]
    public void Text_nested_near_the_limit_allows_no_more_than_it_can_take()
    {
        byte[][] tokens = [[.. "["u8], [.. "[["u8], [.. "[[[[[[[[[[[[[[[[[[[["u8], [.. "]"u8], [.. "1"u8]];
        TokenGrammar grammar = Made(SchemaGrammar.AnyObject(), tokens);
        GrammarState state = grammar.Begin().After("{\"a\":"u8);
        while (state.Allows("["u8))
        {
            Assert.Equal(tokens.Select(token => state.Allows(token)), Allowed(grammar, state, tokens.Length));
            state = state.After("["u8);
        }
        Assert.Equal(tokens.Select(token => state.Allows(token)), Allowed(grammar, state, tokens.Length));
    }

    [Fact]
    public void States_that_were_forgotten_are_found_again()
    {
        // Each text is nested in another way, so that no state comes twice.
        byte[][] tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
        TokenGrammar grammar = Made(SchemaGrammar.AnyObject(), tokens);
        Random random = new(5);
        GrammarState state = grammar.Begin().After("{\"a\":"u8);
        GrammarState first = state;
        for (int i = 0; i < 120; i++)
        {
            state = first;
            for (int depth = 0; depth < 60; depth++) state = state.After(random.Next(2) == 0 ? "["u8 : "{\"b\": "u8);
            Assert.True(state.Allows("\"x\""u8));
        }
        Assert.Equal(Allowed(Made(SchemaGrammar.AnyObject(), tokens), Made(SchemaGrammar.AnyObject(), tokens).Begin().After("{\"a\":"u8), 256), Allowed(grammar, first, 256));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(64, 3)]
    [InlineData(129, 1)]
    [InlineData(1000, 3)]
    [InlineData(1000, 90)]
    public void Restricted_logits_keep_what_is_allowed_and_nothing_else(int tokens, int oneIn)
    {
        Random random = new(tokens);
        ulong[] bits = new ulong[TokenMask.Words(tokens)];
        for (int token = 0; token < tokens; token++)
        {
            if (random.Next(oneIn) == 0 || (oneIn == 3 && token is > 256 and < 500)) TokenMask.Add(bits, token);
        }
        TokenMask mask = new(bits);
        ulong[] copied = [.. bits.Select(word => ~word)];
        mask.CopyTo(copied);
        Assert.Equal(bits, copied);
        // A model may know more tokens than its tokenizer, or fewer.
        foreach (int length in new[] { tokens, tokens + 77, Math.Max(1, tokens - 30) })
        {
            float[] logits = [.. Enumerable.Range(0, length).Select(token => (float)token)];
            mask.Restrict(logits);
            Assert.Equal(Enumerable.Range(0, length).Select(token => mask[token] ? token : float.NegativeInfinity), logits);
        }
    }

    [Fact]
    public void Grammars_that_take_more_memory_than_is_given_to_all_are_let_go()
    {
        int made = 0;
        KnownGrammars known = new(() => [.. Enumerable.Range(0, 256).Select(value => new ReadOnlyMemory<byte>([(byte)value]))], mostBytes: 10_000_000);
        foreach (string key in (string[])["old", "new"]) Grow(Find(key), 40);
        Assert.InRange(known.Bytes, 2, 10_000_000);
        Assert.Equal((Find("old"), 2), (Find("old"), made));
        // What grew after it was kept is noticed when the next is asked for.
        Grow(Find("new"), 60);
        Assert.InRange(known.Bytes, 10_000_000, TokenGrammar.MostBytes);
        Find("new");
        Find("old");
        Assert.Equal(3, made);

        TextRule Find(string key) => known.Find(key, () =>
        {
            made++;
            return SchemaGrammar.AnyObject();
        });

        // Each text is nested in another way.
        static void Grow(TextRule rule, int times)
        {
            Random random = new(times);
            for (int i = 0; i < times; i++)
            {
                TokenConstraint answer = rule.Begin();
                foreach (byte next in "{\"a\":"u8) answer.Take(next);
                for (int depth = 0; depth < 20; depth++)
                {
                    foreach (byte next in random.Next(2) == 0 ? "["u8 : "{\"b\": "u8) answer.Take(next);
                }
            }
        }
    }

    [Fact]
    public void Grammars_are_made_once_and_the_latest_used_are_kept()
    {
        int made = 0;
        KnownGrammars known = new(() => [new byte[] { 1 }]);
        TextRule first = Find("first");
        Assert.Same(first, Find("first"));
        for (int i = 0; i < KnownGrammars.Most - 1; i++) Find($"{i}");
        Assert.Same(first, Find("first"));
        Assert.Equal(KnownGrammars.Most, made);
        Find("one more");
        Assert.Same(first, Find("first"));
        Find("0");
        Assert.Equal(KnownGrammars.Most + 2, made);
        known.Forget();
        Assert.NotSame(first, Find("first"));

        TextRule Find(string key) => known.Find(key, () =>
        {
            made++;
            return SchemaGrammar.AnyObject();
        });
    }

    private static void AssertAlong(byte[] text, TokenGrammar grammar, SlowGrammar slow, byte[][] tokens, string what)
    {
        GrammarState state = grammar.Begin();
        for (int at = 0; at <= text.Length; at++)
        {
            if (at % 5 == 0 || at == text.Length)
            {
                TokenMask mask = grammar.MaskOf(state);
                HashSet<SlowGrammar.Way> ways = slow.After(slow.Begin(), text[..at]);
                for (int token = 0; token < tokens.Length; token++)
                {
                    bool expected = tokens[token].Length > 0 && slow.After(ways, tokens[token]).Count > 0;
                    Assert.True(mask[token] == expected, $"{Shown(tokens[token])} after {Shown(text[..at])} under {what}: {mask[token]}");
                    Assert.Equal(expected, grammar.Allows(state, token));
                }
            }
            if (at < text.Length) state = state.After(text[at]);
        }
    }

    private static byte[] Walk(GrammarState state, Random random) => RandomText.Of(state, random, most: 60, whole: false)!;

    // Pieces of texts cut anywhere, all the bytes, some noise, one twice, and one without text.
    private static byte[][] Vocabulary(Random random, byte[][] texts)
    {
        List<byte[]> tokens = [[], .. Enumerable.Range(0, 256).Where(value => value % 7 == 0 || value is '"' or '{' or '}' or ',' or 0xC3).Select(value => new[] { (byte)value })];
        foreach (byte[] text in texts.Where(text => text.Length > 1))
        {
            for (int i = 0; i < 6; i++)
            {
                int from = random.Next(text.Length);
                tokens.Add([.. text.Skip(from).Take(1 + random.Next(8))]);
            }
        }
        for (int i = 0; i < 20; i++) tokens.Add([.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => (byte)random.Next(256))]);
        tokens.Add(tokens[^1]);
        tokens.AddRange(new[] { "\"}", "\": \"", "\",\"", "}}", "]}", "\"]", " {", "true", "null,", "é\"", "12" }.Select(Encoding.UTF8.GetBytes));
        return [.. tokens];
    }

    private static string Schema(Random random, int depth) => depth == 0 ? Leaves[random.Next(Leaves.Length)] : random.Next(5) switch
    {
        0 => $$"""{"type":"object","properties":{"a":{{Schema(random, depth - 1)}},"b":{{Schema(random, depth - 1)}}},"required":["{{"ab"[random.Next(2)]}}"]}""",
        1 => $$"""{"type":"array","items":{{Schema(random, depth - 1)}},"minItems":{{random.Next(2)}},"maxItems":{{1 + random.Next(3)}}}""",
        2 => $$"""{"type":"array","prefixItems":[{{Schema(random, depth - 1)}},{{Schema(random, depth - 1)}}]}""",
        3 => $$"""{"anyOf":[{{Schema(random, depth - 1)}},{{Schema(random, depth - 1)}}]}""",
        _ => $$"""{"type":"object","additionalProperties":{{Schema(random, depth - 1)}}}""",
    };

    private static IEnumerable<bool> Allowed(TokenGrammar grammar, GrammarState state, int tokens)
    {
        TokenMask mask = grammar.MaskOf(state);
        return [.. Enumerable.Range(0, tokens).Select(token => mask[token])];
    }

    private static TokenGrammar Made(Grammar grammar, byte[][] tokens) => new(grammar, new TokenTrie([.. tokens.Select(bytes => new ReadOnlyMemory<byte>(bytes))]));

    private static string Shown(byte[] bytes) => $"{Encoding.Latin1.GetString(bytes)} ({Convert.ToHexString(bytes)})";
}
