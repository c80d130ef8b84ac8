using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;

namespace LlmOps.Tests.Inference.Engine;

public sealed class WaitingLineTests
{
    [Fact]
    public void Lower_priority_numbers_go_first_and_equals_in_the_order_of_their_coming()
    {
        WaitingLine<Generation> line = new(maxRequests: 10, maxTokens: 1000);
        foreach ((int prompt, int priority) in new[] { (1, 0), (2, 5), (3, -1), (4, 0) }) Assert.True(line.TryAdd(Waiting(prompt, priority)));
        Assert.Equal([3, 1, 4, 2], Enumerable.Range(0, 4).Select(_ => line.Take()!.Request.Prompt.Count));
        Assert.Null(line.Take());
    }

    [Fact]
    public void Line_is_bounded_in_requests_and_in_tokens_but_takes_one_of_any_length()
    {
        WaitingLine<Generation> line = new(maxRequests: 3, maxTokens: 100);
        Assert.True(line.TryAdd(Waiting(500)));
        Assert.False(line.TryAdd(Waiting(1)));
        Assert.NotNull(line.Take());
        Assert.Equal([true, true, false, true, false], new[] { 40, 50, 11, 10, 0 }.Select(tokens => line.TryAdd(Waiting(tokens))));
    }

    [Fact]
    public void Closed_line_takes_nobody_and_ends_when_it_is_empty()
    {
        WaitingLine<Generation> line = new(maxRequests: 3, maxTokens: 100);
        line.TryAdd(Waiting(1));
        line.Close();
        Assert.False(line.TryAdd(Waiting(1)));
        Assert.True(line.WaitForArrival());
        line.Take();
        Assert.False(line.WaitForArrival());
    }

    private static Generation Waiting(int prompt, int priority = 0) => new(new GenerationRequest
    {
        Prompt = new int[prompt],
        Sampling = new SamplingOptions(0, 1, 0, 0),
        MaxTokens = 1,
        Priority = priority,
        Transcribe = _ => default,
    }, 0, default);
}
