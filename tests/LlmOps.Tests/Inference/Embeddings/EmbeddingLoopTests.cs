using LlmOps.Inference.Engine;
using LlmOps.Inference.Telemetry;
using LlmOps.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Inference.Embeddings;

/// <summary>The loop on the test's own thread: what is to be served is submitted, the line is closed, and the loop runs to its end.</summary>
public sealed class EmbeddingLoopTests
{
    private readonly ManualClock _clock = new();
    private readonly ServerMetrics _metrics = new("m", "1.0.0", "green");
    private readonly EmbeddingLoop _loop;
    private readonly List<int[]> _runs = [];

    public EmbeddingLoopTests() => _loop = Loop(maxQueue: 3);

    [Fact]
    public async Task Each_text_gets_its_own_vector_in_its_own_place()
    {
        EmbeddingJob first = _loop.Submit([Text(3), Text(1), Text(2)], default, out _)!;
        EmbeddingJob second = _loop.Submit([Text(5)], default, out _)!;
        Assert.False(_loop.Idle);
        RunToEnd();
        Assert.Equal([3, 1, 2], (await first.Vectors).Select(vector => (int)vector[0]));
        Assert.Equal([5], (await second.Vectors).Select(vector => (int)vector[0]));
        Assert.Equal([[3, 2, 1, 5]], _runs);
        Assert.True(_loop.Idle);
        Assert.Contains("vllm:prompt_tokens_total{model_name=\"m\",version=\"1.0.0\",slot=\"green\"} 11\n", _metrics.Exposition(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Large_request_is_run_in_bounded_batches_the_longest_texts_first()
    {
        EmbeddingJob job = _loop.Submit([.. Enumerable.Repeat(Text(3000), 5), .. Enumerable.Repeat(Text(1), 40), Text(9000)], default, out _)!;
        RunToEnd();
        Assert.Equal(46, (await job.Vectors).Count);
        Assert.Equal([1, 2, 2, 2, 32, 7], _runs.Select(run => run.Length));
        Assert.All(_runs.Skip(1), run => Assert.True(run.Max() * run.Length <= EmbeddingBatch.MostTokens));
    }

    [Fact]
    public void Full_line_refuses_and_says_when_to_come_again()
    {
        for (int i = 0; i < 3; i++) Assert.NotNull(_loop.Submit([Text(1)], default, out _));
        Assert.Null(_loop.Submit([Text(1)], default, out TimeSpan retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(1), retryAfter);
        RunToEnd();
        Assert.True(_loop.Idle);
    }

    [Fact]
    public async Task Who_has_waited_too_long_or_left_is_not_worked_on()
    {
        using CancellationTokenSource left = new();
        EmbeddingJob gone = _loop.Submit([Text(1)], left.Token, out _)!;
        EmbeddingJob late = _loop.Submit([Text(2)], default, out _)!;
        await left.CancelAsync();
        _clock.Advance(TimeSpan.FromSeconds(31));
        EmbeddingJob next = _loop.Submit([Text(3)], default, out _)!;
        RunToEnd();
        await Assert.ThrowsAsync<TaskCanceledException>(() => gone.Vectors);
        await Assert.ThrowsAsync<OverloadedException>(() => late.Vectors);
        Assert.Equal([3], (await next.Vectors).Select(vector => (int)vector[0]));
        Assert.Equal([[3]], _runs);
    }

    [Fact]
    public async Task Request_that_outlives_its_time_is_given_up_between_batches()
    {
        EmbeddingJob job = _loop.Submit([.. Enumerable.Repeat(Text(1), 40)], default, out _)!;
        RunToEnd(after: () => _clock.Advance(TimeSpan.FromSeconds(121)));
        await Assert.ThrowsAsync<TimeoutException>(() => job.Vectors);
        Assert.Single(_runs);
    }

    [Fact]
    public async Task Failed_batch_fails_its_requests_and_no_others()
    {
        EmbeddingJob[] failed = [_loop.Submit([.. Enumerable.Repeat(Text(7), 20)], default, out _)!, _loop.Submit([.. Enumerable.Repeat(Text(7), 20)], default, out _)!];
        EmbeddingJob next = _loop.Submit([Text(1)], default, out _)!;
        RunToEnd(after: () => { if (_runs.Count == 1) throw new InvalidOperationException("broken"); });
        foreach (EmbeddingJob job in failed) await Assert.ThrowsAsync<InvalidOperationException>(() => job.Vectors);
        Assert.Single(await next.Vectors);
        Assert.True(_loop.Idle);
    }

    [Fact]
    public async Task Those_who_were_taken_learn_that_nobody_runs_any_more()
    {
        EmbeddingJob job = _loop.Submit([Text(1)], default, out _)!;
        _loop.GiveUp(new InvalidOperationException("stopped"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => job.Vectors);
        Assert.Null(_loop.Submit([Text(1)], default, out _));
        Assert.True(_loop.Idle);
    }

    private EmbeddingLoop Loop(int maxQueue) => new(
        new EngineOptions(1, 1, maxQueue, 1_000_000, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(120)), _metrics, _clock, NullLogger.Instance);

    // The vector of a text is its length.
    private void RunToEnd(Action? after = null)
    {
        _loop.Close();
        _loop.Run(texts =>
        {
            _runs.Add([.. texts.Select(text => text.Length)]);
            after?.Invoke();
            return [.. texts.Select(text => new float[] { text.Length })];
        });
    }

    private static int[] Text(int length) => new int[length];
}
