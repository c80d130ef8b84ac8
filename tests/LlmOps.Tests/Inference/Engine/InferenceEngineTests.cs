using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Telemetry;
using LlmOps.Tests.Inference.Models.Devices;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Inference.Engine;

public sealed class InferenceEngineTests : IAsyncLifetime
{
    private static readonly int[] Prompt = Samples.Tokenizer().Encode("<|bos|><|user|>What is the capital of Greece?<|eos|><|assistant|>");

    private readonly ManualClock _clock = new();
    private readonly ServerMetrics _metrics = new("tiny-ops", "1.1.0", "blue");
    private readonly InferenceEngine _engine;
    private Task _run = Task.CompletedTask;

    public InferenceEngineTests()
    {
        EngineOptions options = new(
            Threads: 1, Rows: 1, MaxQueue: 1, MaxQueuedTokens: 1000, MaxWait: TimeSpan.FromSeconds(20), RequestTimeout: TimeSpan.FromSeconds(10));
        _engine = new InferenceEngine(Samples.Open(), options, _metrics, _clock, NullLogger<InferenceEngine>.Instance);
    }

    public async Task InitializeAsync()
    {
        _run = Task.Factory.StartNew(_engine.Run, TaskCreationOptions.LongRunning);
        while (_engine.State != EngineState.Ready) await Task.Delay(1);
    }

    public Task DisposeAsync()
    {
        _engine.Complete();
        return _run;
    }

    [Fact]
    public async Task Client_that_leaves_frees_the_model_at_the_next_step()
    {
        using CancellationTokenSource client = new();
        int tokens = 0;
        Generation left = Submit(_ => { if (++tokens == 3) client.Cancel(); }, client.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAll(left));
        Assert.Equal(10, await ReadAll(Submit(_ => { })));
        Assert.Equal((FinishReason.Abort, 3), (left.Finish, left.GeneratedCount));
        Assert.Contains("finished_reason=\"abort\"} 1", _metrics.Exposition(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Full_queue_refuses_and_what_it_took_is_answered()
    {
        using ManualResetEventSlim reached = new(), gate = new();
        Generation running = Submit(_ => { reached.Set(); gate.Wait(); });
        reached.Wait();
        Generation waiting = Submit(_ => { });
        Assert.Null(_engine.Submit(Request(_ => { }), CancellationToken.None).Taken);
        Assert.Contains("vllm:num_requests_waiting{model_name=\"tiny-ops\",version=\"1.1.0\",slot=\"blue\"} 1", _metrics.Exposition(), StringComparison.Ordinal);
        gate.Set();
        Assert.Equal((10, 10), (await ReadAll(running), await ReadAll(waiting)));
    }

    [Fact]
    public async Task Request_past_its_deadline_ends_and_the_next_is_served()
    {
        Generation late = Submit(_ => _clock.Advance(TimeSpan.FromSeconds(11)));
        await Assert.ThrowsAsync<TimeoutException>(() => ReadAll(late));
        Assert.Equal(10, await ReadAll(Submit(_ => { })));
    }

    [Fact]
    public async Task Request_that_waits_for_too_long_is_told_to_come_back()
    {
        using ManualResetEventSlim reached = new(), gate = new();
        Generation running = Submit(_ => { reached.Set(); gate.Wait(); });
        reached.Wait();
        Generation waiting = Submit(_ => { });
        _clock.Advance(TimeSpan.FromSeconds(21));
        gate.Set();
        OverloadedException overloaded = await Assert.ThrowsAsync<OverloadedException>(() => ReadAll(waiting));
        Assert.InRange(overloaded.RetryAfter.TotalSeconds, 1, 60);
        await Assert.ThrowsAsync<TimeoutException>(() => ReadAll(running));
        Assert.Equal(10, await ReadAll(Submit(_ => { })));
    }

    [Fact]
    public async Task Client_that_leaves_the_line_is_not_worked_for()
    {
        using ManualResetEventSlim reached = new(), gate = new();
        using CancellationTokenSource client = new();
        Generation running = Submit(_ => { reached.Set(); gate.Wait(); });
        reached.Wait();
        int tokens = 0;
        Generation waiting = Submit(_ => tokens++, client.Token);
        await client.CancelAsync();
        gate.Set();
        Assert.Equal(10, await ReadAll(running));
        Assert.Equal(10, await ReadAll(Submit(_ => { })));
        Assert.Equal((FinishReason.Abort, 0), (waiting.Finish, tokens));
    }

    [Fact]
    public async Task Failing_request_does_not_stop_the_engine()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAll(Submit(_ => throw new InvalidOperationException())));
        Assert.Equal(10, await ReadAll(Submit(_ => { })));
    }

    [Fact]
    public async Task Request_that_cannot_even_begin_fails_alone()
    {
        GenerationRequest broken = Request(_ => { }) with { Sampling = new(0, 1, 0, 0) { Constraint = new("", () => throw new InvalidOperationException()) } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAll(_engine.Submit(broken, CancellationToken.None).Taken!));
        Assert.Equal(10, await ReadAll(Submit(_ => { })));
        await Eventually.True(() => _engine.Idle);
    }

    [Fact]
    public async Task Engine_that_breaks_tells_those_who_wait_and_takes_nobody_more()
    {
        ManualClock clock = new();
        EngineOptions options = new(1, Rows: 1, MaxQueue: 5, MaxQueuedTokens: 1000, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10));
        InferenceEngine engine = new(Samples.Open(), options, new ServerMetrics("m", "1.0.0", "blue"), clock, NullLogger<InferenceEngine>.Instance);
        Task run = Task.Factory.StartNew(engine.Run, TaskCreationOptions.LongRunning);
        await Eventually.True(() => engine.State == EngineState.Ready);
        using ManualResetEventSlim reached = new(), gate = new();
        Generation running = engine.Submit(Request(_ => { reached.Set(); gate.Wait(); }), CancellationToken.None).Taken!;
        reached.Wait();
        Generation waiting = engine.Submit(Request(_ => { }), CancellationToken.None).Taken!;
        clock.Broken = true;
        gate.Set();
        await Assert.ThrowsAnyAsync<Exception>(() => ReadAll(running));
        Assert.Contains("stopped", (await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAll(waiting))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => run);
        clock.Broken = false;
        Assert.Null(engine.Submit(Request(_ => { }), CancellationToken.None).Taken);
        engine.Drain();
        Assert.Equal((EngineState.Failed, true), (engine.State, engine.Idle));
    }

    [Fact]
    public async Task Engine_ends_when_its_device_is_lost()
    {
        using DistantMemory device = new();
        EngineOptions options = new(1, Rows: 1, MaxQueue: 5, MaxQueuedTokens: 1000, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10)) { Device = device };
        InferenceEngine engine = new(Samples.Open(), options, new ServerMetrics("m", "1.0.0", "blue"), new ManualClock(), NullLogger<InferenceEngine>.Instance);
        Task run = Task.Factory.StartNew(engine.Run, TaskCreationOptions.LongRunning);
        Generation served = engine.Submit(Request(_ => device.Lost = true), CancellationToken.None).Taken!;
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAll(served));
        Assert.Contains("lost", (await Assert.ThrowsAsync<InvalidOperationException>(() => run)).Message, StringComparison.Ordinal);
        Assert.Equal((EngineState.Failed, 0L), (engine.State, device.BytesInUse));
    }

    [Fact]
    public async Task Prompt_that_was_never_read_is_not_counted_as_processed()
    {
        using CancellationTokenSource client = new();
        await client.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAll(Submit(_ => { }, client.Token)));
        await Eventually.True(() => _engine.Idle);
        Assert.Equal(10, await ReadAll(Submit(_ => { })));
        Assert.Contains($"vllm:prompt_tokens_total{{model_name=\"tiny-ops\",version=\"1.1.0\",slot=\"blue\"}} {Prompt.Length}\n", _metrics.Exposition(), StringComparison.Ordinal);
    }

    private Generation Submit(Action<int> onToken, CancellationToken cancelled = default) => _engine.Submit(Request(onToken), cancelled).Taken!;

    private static GenerationRequest Request(Action<int> onToken) => new()
    {
        Prompt = Prompt,
        Sampling = new SamplingOptions(Temperature: 0, TopP: 1, TopK: 0, Seed: 0),
        MaxTokens = 50,
        Transcribe = token =>
        {
            onToken(token);
            return new Transcribed("", 0, Ended: false);
        },
    };

    private static async Task<int> ReadAll(Generation generation)
    {
        int count = 0;
        await foreach (GeneratedToken _ in generation.Tokens) count++;
        return count;
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);

        /// <summary>Stands for whatever may break where nobody expects it.</summary>
        public bool Broken { get; set; }

        public override long GetTimestamp() => Broken ? throw new NotSupportedException() : Interlocked.Read(ref _now);
    }
}
