using System.Text.Json;
using LlmOps.Inference.Tokenization;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

/// <summary>Real tokenizers of four families, against Hugging Face's own implementation.</summary>
public sealed class TokenizersEqualTheOracle
{
    private const int Texts = 5000;

    [RequiresTheory(Tool.Oracles)]
    [InlineData("llama2")]
    [InlineData("llama3")]
    [InlineData("qwen2_5")]
    [InlineData("deepseek_v3")]
    public async Task Ids_of_five_thousand_texts_are_the_same(string name)
    {
        string folder = Directory.CreateTempSubdirectory("llmops-oracle-").FullName;
        try
        {
            string[] texts = [.. ManyTexts.Of(seed: 1, Texts)];
            string file = Path.Combine(folder, "texts.json");
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(texts.Select(text => text.Select(unit => (int)unit))));
            (int exitCode, string output) = await Command.Run("node", [Repository.At("tests", "LlmOps.Tests", "Interop", "Oracles", "ids.mjs"), name, file, folder]);
            Assert.True(exitCode == 0, output);
            int[][] expected = JsonSerializer.Deserialize<int[][]>(await File.ReadAllTextAsync(Path.Combine(folder, "ids.json")))!;
            Tokenizer tokenizer = new(TokenizerFile.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "tokenizer.json"))));

            string[] differences = [.. texts.Zip(expected)
                .Where(pair => !tokenizer.Encode(pair.First).AsSpan().SequenceEqual(pair.Second))
                .Select(pair => $"{JsonSerializer.Serialize(pair.First)}: {string.Join(' ', tokenizer.Encode(pair.First))} and not {string.Join(' ', pair.Second)}")];
            Assert.True(differences.Length == 0, $"{differences.Length} differ:\n{string.Join('\n', differences.Take(10))}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
