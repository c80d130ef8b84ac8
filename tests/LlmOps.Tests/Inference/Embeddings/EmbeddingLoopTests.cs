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
    private readonly RequestLoop<EmbeddingJob> _loop;
    private readonly List<int[]> _runs = [];
    private Action? _after;

    public EmbeddingLoopTests() => _loop = new RequestLoop<EmbeddingJob>(
        failed => new EmbeddingWorker(Vectors, () => { }, _metrics.Prompts, failed),
        new EngineOptions(1, 1, MaxQueue: 3, 1_000_000, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(120)), _metrics, _clock, NullLogger.Instance);

    [Fact]
    public async Task Each_text_gets_its_own_vector_in_its_own_place()
    {
        EmbeddingJob first = Submit([Text(3), Text(1), Text(2)])!;
        EmbeddingJob second = Submit([Text(5)])!;
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
        EmbeddingJob job = Submit([.. Enumerable.Repeat(Text(3000), 5), .. Enumerable.Repeat(Text(1), 40), Text(9000)])!;
        RunToEnd();
        Assert.Equal(46, (await job.Vectors).Count);
        Assert.Equal([1, 2, 2, 2, 32, 7], _runs.Select(run => run.Length));
        Assert.All(_runs.Skip(1), run => Assert.True(run.Max() * run.Length <= EmbeddingBatch.MostTokens));
    }

    [Fact]
    public void Full_line_refuses_and_says_when_to_come_again()
    {
        for (int i = 0; i < 3; i++) Assert.NotNull(Submit([Text(1)]));
        Assert.Equal(new Submission<EmbeddingJob>(null, TimeSpan.FromSeconds(1)), _loop.Submit(at => new EmbeddingJob([Text(1)], at, default)));
        RunToEnd();
        Assert.True(_loop.Idle);
    }

    [Fact]
    public async Task Who_has_waited_too_long_or_left_is_not_worked_on()
    {
        using CancellationTokenSource left = new();
        EmbeddingJob gone = Submit([Text(1)], left.Token)!;
        EmbeddingJob late = Submit([Text(2)])!;
        await left.CancelAsync();
        _clock.Advance(TimeSpan.FromSeconds(31));
        EmbeddingJob next = Submit([Text(3)])!;
        RunToEnd();
        await Assert.ThrowsAsync<TaskCanceledException>(() => gone.Vectors);
        await Assert.ThrowsAsync<OverloadedException>(() => late.Vectors);
        Assert.Equal([3], (await next.Vectors).Select(vector => (int)vector[0]));
        Assert.Equal([[3]], _runs);
    }

    [Fact]
    public async Task Request_that_outlives_its_time_is_given_up_between_batches()
    {
        EmbeddingJob job = Submit([.. Enumerable.Repeat(Text(1), 40)])!;
        RunToEnd(after: () => _clock.Advance(TimeSpan.FromSeconds(121)));
        await Assert.ThrowsAsync<TimeoutException>(() => job.Vectors);
        Assert.Single(_runs);
    }

    [Fact]
    public async Task Failed_batch_fails_its_requests_and_no_others()
    {
        EmbeddingJob[] failed = [Submit([.. Enumerable.Repeat(Text(7), 20)])!, Submit([.. Enumerable.Repeat(Text(7), 20)])!];
        EmbeddingJob next = Submit([Text(1)])!;
        RunToEnd(after: () => { if (_runs.Count == 1) throw new InvalidOperationException("broken"); });
        foreach (EmbeddingJob job in failed) await Assert.ThrowsAsync<InvalidOperationException>(() => job.Vectors);
        Assert.Single(await next.Vectors);
        Assert.True(_loop.Idle);
    }

    [Fact]
    public async Task Those_who_were_taken_learn_that_nobody_runs_any_more()
    {
        EmbeddingJob job = Submit([Text(1)])!;
        _loop.GiveUp(new InvalidOperationException("stopped"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => job.Vectors);
        Assert.Null(Submit([Text(1)]));
        Assert.True(_loop.Idle);
    }

    private EmbeddingJob? Submit(IReadOnlyList<int[]> texts, CancellationToken cancelled = default) =>
        _loop.Submit(at => new EmbeddingJob(texts, at, cancelled)).Taken;

    private void RunToEnd(Action? after = null)
    {
        _after = after;
        _loop.Close();
        _loop.Run(_ => { });
    }

    // The vector of a text is its length.
    private float[][] Vectors(IReadOnlyList<int[]> texts)
    {
        _runs.Add([.. texts.Select(text => text.Length)]);
        _after?.Invoke();
        return [.. texts.Select(text => new float[] { text.Length })];
    }

    private static int[] Text(int length) => new int[length];
}
