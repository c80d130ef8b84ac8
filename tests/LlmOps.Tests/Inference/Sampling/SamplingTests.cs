using LlmOps.Inference.Sampling;

namespace LlmOps.Tests.Inference.Sampling;

public sealed class SamplingTests
{
    private static readonly float[] Logits = [0.5f, 3f, 2f, -1f, 2.5f];

    [Theory]
    [InlineData(0.0, 1.0, 0)]
    [InlineData(1.0, 1.0, 1)]
    [InlineData(1.0, 0.01, 0)]
    public void Greedy_settings_take_the_likeliest(double temperature, double topP, int topK)
    {
        Sampler sampler = new(new SamplingOptions(temperature, topP, topK, Seed: 7), []);
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(1, sampler.Next(Logits)));
    }

    [Fact]
    public void Same_seed_draws_the_same_tokens()
    {
        Assert.Equal(Draw(seed: 5, count: 100), Draw(seed: 5, count: 100));
        Assert.NotEqual(Draw(seed: 5, count: 100), Draw(seed: 6, count: 100));
    }

    [Fact]
    public void Frequencies_follow_the_softmax()
    {
        double total = Logits.Sum(l => Math.Exp(l));
        int[] drawn = Draw(seed: 1, count: 20_000);
        for (int token = 0; token < Logits.Length; token++)
        {
            Assert.Equal(Math.Exp(Logits[token]) / total, drawn.Count(t => t == token) / 20_000.0, 0.01);
        }
    }

    [Fact]
    public void Top_p_and_top_k_keep_only_the_likeliest()
    {
        Assert.Equal([1, 4], Draw(seed: 1, count: 500, topK: 2).Distinct().Order());
        Assert.Equal([1, 4], Draw(seed: 1, count: 500, topP: 0.6).Distinct().Order());
    }

    [Fact]
    public void Min_p_keeps_those_with_a_share_of_the_likeliest()
    {
        SamplingOptions options = new(Temperature: 1, TopP: 1, TopK: 0, Seed: 1) { MinP = Math.Exp(-1.1) };
        Assert.Equal([1, 2, 4], Draw(options, 500).Distinct().Order());
    }

    [Fact]
    public void Bias_bans_and_prefers()
    {
        SamplingOptions banned = new(Temperature: 0, TopP: 1, TopK: 0, Seed: 1) { LogitBias = new Dictionary<int, float> { [1] = -100 } };
        Assert.All(Draw(banned, 5), token => Assert.Equal(4, token));
        SamplingOptions preferred = banned with { LogitBias = new Dictionary<int, float> { [3] = 100 } };
        Assert.All(Draw(preferred, 5), token => Assert.Equal(3, token));
    }

    [Fact]
    public void Penalties_count_the_answer_and_repetition_the_prompt_too()
    {
        SamplingOptions greedy = new(Temperature: 0, TopP: 1, TopK: 0, Seed: 1);
        // 3.0, then 2.5, then 2.0 are the likeliest; each is worth one less once it was said, and once only.
        Assert.Equal([1, 4, 1, 2, 4], new Walk(greedy with { FrequencyPenalty = 0.6f }, []).Take(5));
        Assert.Equal([1, 4, 1, 1, 1], new Walk(greedy with { PresencePenalty = 0.6f }, []).Take(5));
        Assert.Equal([4, 1, 1], new Walk(greedy with { RepetitionPenalty = 1.3f }, [1]).Take(3));
    }

    [Fact]
    public void Scores_are_log_softmax_with_the_likeliest_in_order()
    {
        double total = Logits.Sum(l => Math.Exp(l));
        TokenScore score = TokenScore.Of(Logits, token: 3, likeliest: 2);
        Assert.Equal(Math.Log(Math.Exp(-1) / total), score.LogProbability, 0.0001);
        Assert.Equal([1, 4], score.Likeliest.Select(l => l.Token));
    }

    [Theory]
    [InlineData("STOP", "one STOP two", "one ", true)]
    [InlineData("\n\n", "a\nb\n\nc", "a\nb", true)]
    [InlineData("aab", "aaab", "a", true)]
    [InlineData("xyz", "ends in xy", "ends in xy", false)]
    public void Stop_strings_are_found_across_any_borders(string stop, string text, string kept, bool stopped)
    {
        for (int size = 1; size <= text.Length; size++)
        {
            StopStrings stops = new([stop]);
            string released = string.Concat(text.Chunk(size).Select(part => stops.Append(new string(part))));
            Assert.Equal((kept, stopped), (released + stops.Complete(), stops.Stopped));
        }
    }

    private static int[] Draw(SamplingOptions options, int count) => [.. new Walk(options, []).Take(count)];

    private static int[] Draw(long seed, int count, double topP = 1, int topK = 0)
    {
        Sampler sampler = new(new SamplingOptions(Temperature: 1, topP, topK, seed), []);
        return [.. Enumerable.Range(0, count).Select(_ => sampler.Next(Logits))];
    }

    private sealed class Walk(SamplingOptions options, int[] prompt)
    {
        private readonly Sampler _sampler = new(options, prompt);

        public IEnumerable<int> Take(int count) => Enumerable.Range(0, count).Select(_ => _sampler.Next(Logits)).ToArray();
    }
}
