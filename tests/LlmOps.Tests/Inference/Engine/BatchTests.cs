using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Tests.Inference.Engine;

public sealed class BatchTests
{
    private const int Context = 200;
    private static readonly ServerMetrics Metrics = new("m", "1.0.0", "blue");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Answers_are_those_of_each_alone_whoever_comes_and_goes(int seed)
    {
        Random random = new(seed);
        CountingExecutor executor = new(rows: 1 + (seed * 2 % 9), Context, maxChunk: 16);
        Batch batch = new(executor, CountingExecutor.Vocabulary, Context);
        Queue<GenerationRequest> waiting = new(Enumerable.Range(0, 300).Select(_ => Some(random)));
        int answered = 0;
        while (waiting.Count > 0 || batch.Count > 0)
        {
            while (batch.HasRoom && waiting.Count > 0 && random.Next(3) > 0) batch.Enter(Start(waiting.Dequeue()));
            batch.Turn((sequence, error) => Assert.Fail($"{error}"));
            CheckRows(batch, executor.Rows);
            for (int i = batch.Count - 1; i >= 0; i--)
            {
                Sequence one = batch[i];
                bool leaves = one.Finish is null && random.Next(40) == 0;
                if (one.Finish is null && !leaves) continue;
                batch.Leave(one, failed: leaves && random.Next(2) == 0);
                AssertAlone(one);
                answered++;
            }
        }
        Assert.Equal(300, answered);
    }

    [Fact]
    public void Long_prompt_does_not_hold_up_those_who_decode()
    {
        Batch batch = new(new CountingExecutor(rows: 2, Context, maxChunk: 10), CountingExecutor.Vocabulary, Context);
        Sequence decoding = Start(Request([1, 2, 3], 50));
        batch.Enter(decoding);
        batch.Turn(Fail);
        int before = decoding.Generated;
        Sequence reading = Start(Request([.. Enumerable.Range(0, 100)], 5));
        batch.Enter(reading);
        for (int turn = 0; turn < 10; turn++)
        {
            Assert.Equal(0, reading.Generated);
            batch.Turn(Fail);
        }
        Assert.Equal(before + 10, decoding.Generated);
        Assert.Equal(2, reading.Generated);
    }

    [Fact]
    public void Prompts_are_read_in_the_order_of_their_coming()
    {
        Batch batch = new(new CountingExecutor(rows: 3, Context, maxChunk: 10), CountingExecutor.Vocabulary, Context);
        Sequence[] all = [.. Enumerable.Range(0, 3).Select(i => Start(Request([.. Enumerable.Range(i * 20, 20)], 50)))];
        foreach (Sequence one in all) batch.Enter(one);
        for (int turn = 0; turn < 4; turn++) batch.Turn(Fail);
        Assert.True(all[0].Generated > all[1].Generated && all[1].Generated > 0);
        Assert.Equal((0, 0), (all[2].Generated, all[2].Cached));
    }

    [Fact]
    public void Beginning_that_is_in_the_cache_is_not_run_again()
    {
        CountingExecutor executor = new(rows: 2, Context, maxChunk: 64);
        Batch batch = new(executor, CountingExecutor.Vocabulary, Context);
        int[] prompt = [.. Enumerable.Range(0, 50)];
        Sequence first = Start(Request(prompt, 4));
        batch.Enter(first);
        Finish(batch);
        int work = executor.Work;
        Sequence follow = Start(Request([.. first.Tokens, 90, 91], 1));
        batch.Enter(follow);
        Finish(batch);
        Assert.Equal(first.Tokens.Count - 1, follow.Generation.ReusedCount);
        Assert.Equal(3, executor.Work - work);
        AssertAlone(follow);
    }

    [Fact]
    public void Beginning_of_a_sequence_at_work_is_copied()
    {
        CountingExecutor executor = new(rows: 2, Context, maxChunk: 64);
        Batch batch = new(executor, CountingExecutor.Vocabulary, Context);
        int[] system = [.. Enumerable.Range(0, 40)];
        Sequence first = Start(Request([.. system, 50], 30));
        batch.Enter(first);
        batch.Turn(Fail);
        Sequence second = Start(Request([.. system, 60], 30));
        batch.Enter(second);
        Finish(batch);
        Assert.Equal(40, second.Generation.ReusedCount);
        AssertAlone(first);
        AssertAlone(second);
    }

    [Fact]
    public void Prompt_to_be_scored_is_run_whole()
    {
        Batch batch = new(new CountingExecutor(rows: 1, Context, maxChunk: 64), CountingExecutor.Vocabulary, Context);
        int[] prompt = [.. Enumerable.Range(0, 40)];
        for (int i = 0; i < 2; i++)
        {
            Sequence scored = Start(Request(prompt, 0) with { ScorePrompt = true, Likeliest = 0 });
            batch.Enter(scored);
            Finish(batch);
            Assert.Equal((39, 0), (scored.Generation.PromptScores.Count, scored.Generation.ReusedCount));
        }
    }

    [Fact]
    public void Emptied_rows_are_closed_up_so_that_they_are_not_run()
    {
        CountingExecutor executor = new(rows: 4, Context, maxChunk: 64);
        Batch batch = new(executor, CountingExecutor.Vocabulary, Context);
        Sequence[] all = [.. Enumerable.Range(0, 4).Select(i => Start(Request([i, i, i], i == 3 ? 60 : 6)))];
        foreach (Sequence one in all) batch.Enter(one);
        while (batch.Count > 1) Turn(batch);
        for (int turn = 0; turn < 8; turn++) batch.Turn(Fail);
        int work = executor.Work;
        batch.Turn(Fail);
        Assert.Equal(1, executor.Work - work);
        Finish(batch);
        AssertAlone(all[3]);
    }

    private static void Finish(Batch batch)
    {
        while (batch.Count > 0) Turn(batch);
    }

    private static void Turn(Batch batch)
    {
        batch.Turn(Fail);
        for (int i = batch.Count - 1; i >= 0; i--)
        {
            if (batch[i].Finish is not null) batch.Leave(batch[i], failed: false);
        }
    }

    private static void Fail(Sequence sequence, Exception error) => Assert.Fail($"{error}");

    private static void CheckRows(Batch batch, int rows)
    {
        int[] used = [.. Enumerable.Range(0, batch.Count).Select(i => batch[i].Row)];
        Assert.Equal(used.Length, used.Distinct().Count());
        Assert.All(used, row => Assert.InRange(row, 0, rows - 1));
    }

    private static void AssertAlone(Sequence sequence)
    {
        int prompt = sequence.Generation.Request.Prompt.Count;
        List<int> alone = [.. sequence.Generation.Request.Prompt];
        while (alone.Count < sequence.Tokens.Count) alone.Add(CountingExecutor.Next([.. alone]));
        Assert.Equal(alone.Skip(prompt), sequence.Tokens.Skip(prompt));
    }

    // Few different beginnings, so that many are found in the cache.
    private static GenerationRequest Some(Random random)
    {
        int[] beginning = [.. Enumerable.Repeat(random.Next(4), random.Next(1, 80))];
        int[] own = [.. Enumerable.Range(0, random.Next(0, 40)).Select(_ => random.Next(CountingExecutor.Vocabulary))];
        return Request([.. beginning, .. own], random.Next(1, 60));
    }

    private static GenerationRequest Request(int[] prompt, int maxTokens) => new()
    {
        Prompt = prompt,
        Sampling = new SamplingOptions(Temperature: 0, TopP: 1, TopK: 0, Seed: 0),
        MaxTokens = maxTokens,
        Transcribe = _ => new Transcribed("", 0, Ended: false),
    };

    private static Sequence Start(GenerationRequest request) =>
        new(new Generation(request, 0, default), new RequestClock(Metrics, TimeProvider.System, 0), new HashSet<int>(), CountingExecutor.Vocabulary);
}
