using LlmOps.Benchmarks.Serving.Engines;
using LlmOps.Benchmarks.Serving.Model;

namespace LlmOps.Benchmarks.Serving;

/// <summary>The same prompts for each engine; none begins like another, so that no cache of prefixes helps.</summary>
internal static class Prompts
{
    public static Burst Burst(ModelShape shape, int round, int streams, int promptTokens, int tokens)
    {
        Random chance = new((round * 1000) + streams);
        return new Burst([.. Enumerable.Range(0, streams).Select(_ => Prompt(chance, shape, promptTokens))], tokens);
    }

    private static int[] Prompt(Random chance, ModelShape shape, int tokens) =>
        [.. Enumerable.Range(0, tokens).Select(_ => chance.Next(Vocabulary.Unlikely, shape.Vocabulary))];
}
