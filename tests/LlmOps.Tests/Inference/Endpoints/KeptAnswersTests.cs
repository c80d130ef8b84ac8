using LlmOps.Inference.Endpoints.Cache;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class KeptAnswersTests
{
    private readonly ServerMetrics _metrics = new("m", "1", "blue");

    [Fact]
    public void Answers_used_longest_ago_make_room()
    {
        ResponseCache cache = new(mostBytes: 3 * BytesOf(10));
        foreach (string hash in new[] { "a", "b", "c" }) Keep(cache, hash, 10, FinishReason.Stop);
        Assert.NotNull(Find(cache, "a"));
        Keep(cache, "d", 10, FinishReason.Length);
        Assert.Equal([true, false, true, true], new[] { "a", "b", "c", "d" }.Select(hash => Find(cache, hash) is not null));
        Assert.Equal(3 * BytesOf(10), cache.Bytes);
        Assert.Contains("llmops_response_cache_evictions_total{model_name=\"m\",version=\"1\",slot=\"blue\"} 1\n", _metrics.Exposition(), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_larger_than_the_cache_pushes_nothing_out()
    {
        ResponseCache cache = new(mostBytes: BytesOf(20));
        Keep(cache, "small", 10, FinishReason.Stop);
        Keep(cache, "large", 1000, FinishReason.Stop);
        Assert.Equal((true, false), (Find(cache, "small") is not null, Find(cache, "large") is not null));
    }

    [Theory]
    [InlineData("Abort")]
    [InlineData("Error")]
    public void Answer_that_did_not_end_by_itself_is_not_kept(string finish)
    {
        ResponseCache cache = new(mostBytes: 1_000_000);
        Keep(cache, "a", 10, Enum.Parse<FinishReason>(finish));
        Assert.Null(Find(cache, "a"));
    }

    [Fact]
    public void Same_answer_kept_twice_takes_room_once()
    {
        ResponseCache cache = new(mostBytes: 1_000_000);
        Keep(cache, "a", 10, FinishReason.Stop);
        Keep(cache, "a", 10, FinishReason.Stop);
        Assert.Equal(BytesOf(10), cache.Bytes);
    }

    private static long BytesOf(int tokens) => new KeptAnswers([Ended(FinishReason.Stop)], [Tokens(tokens)]).Bytes;

    private void Keep(ResponseCache cache, string hash, int tokens, FinishReason finish) => cache.Keep(new CachePlace(hash, _metrics), [Ended(finish)], [Tokens(tokens)]);

    private KeptAnswers? Find(ResponseCache cache, string hash) => cache.Find(new CachePlace(hash, _metrics));

    private static GeneratedToken[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(token => new GeneratedToken(token, new Transcribed("x", 0, false), null))];

    private static Generation Ended(FinishReason finish)
    {
        Generation generation = new(
            new GenerationRequest { Prompt = [1], Sampling = new SamplingOptions(0, 1, 0, 0), MaxTokens = 5, Transcribe = _ => default }, 0, CancellationToken.None);
        generation.End(finish, 5);
        return generation;
    }
}
