using System.Collections.Concurrent;
using LlmOps.LocalHost.Functions;
using LlmOps.Ports;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.LocalHost.Functions;

public sealed class QueuePumpTests
{
    private readonly MemoryQueue queue = new();
    private readonly Script script = new();

    [Fact]
    public async Task A_key_keeps_its_order_while_others_go_ahead()
    {
        TaskCompletionSource gate = new();
        script.On("a1", _ => gate.Task);
        await Send("work", "a", "a1", "a2", "a3");
        await Send("work", "b", "b1", "b2");

        await using FunctionHost host = await Start();
        await Eventually.True(() => script.Done.Contains("b2"));
        Assert.Equal(["b1", "b2"], script.Done);
        gate.SetResult();
        await Eventually.True(() => queue.IsEmpty);

        Assert.Equal(["a1", "a2", "a3"], script.Done.Where(body => body.StartsWith('a')));
    }

    [Fact]
    public async Task Rollbacks_are_never_behind_work()
    {
        foreach (string key in "abcdefgh".Select(letter => letter.ToString()))
        {
            script.On(key, cancelled => Task.Delay(Timeout.Infinite, cancelled));
            await Send("work", key, key);
        }
        await using FunctionHost host = await Start(FunctionHost.Options(typeof(Queues)) with { Grace = TimeSpan.Zero });
        await Eventually.True(() => script.Running == 4);

        await Send("rollback", "a", "rescue");

        await Eventually.True(() => script.Done.Contains("rescue"));
        // Its end is told a moment before it is no longer counted.
        await Eventually.True(() => script.Running == 4);
    }

    [Fact]
    public async Task A_failure_is_tried_again_before_the_next_of_its_key()
    {
        int tries = 0;
        script.On("a1", _ => tries++ == 0 ? throw new IOException("no network") : Task.CompletedTask);
        await Send("work", "a", "a1", "a2");

        await using FunctionHost host = await Start();
        await Eventually.True(() => queue.IsEmpty);

        Assert.Equal(2, tries);
        Assert.Equal(["a1", "a2"], script.Done);
    }

    [Fact]
    public async Task Too_many_failures_end_as_a_dead_letter_and_the_key_goes_on()
    {
        script.On("bad", _ => throw new InvalidDataException("not a message"));
        await Send("work", "a", "bad", "good");

        await using FunctionHost host = await Start();
        await Eventually.True(() => script.Done.Contains("good"));

        DeadLetter dead = Assert.Single(queue.Dead);
        Assert.Equal(("bad", "InvalidDataException: not a message", 3), (dead.Body, dead.Error, dead.Deliveries));
        Assert.Equal(queue.Delays.Order(), queue.Delays);
    }

    [Fact]
    public async Task The_lock_is_renewed_while_a_message_is_handled()
    {
        script.On("long", _ => Eventually.True(() => queue.Renewals >= 3));
        await Send("work", "a", "long");

        await using FunctionHost host = await Start(FunctionHost.Options(typeof(Queues)) with { LockRenewal = TimeSpan.FromMilliseconds(10) });
        await Eventually.True(() => queue.IsEmpty);

        Assert.Equal(["long"], script.Done);
    }

    [Fact]
    public async Task A_lost_lock_cancels_the_handling()
    {
        queue.LosesLocks = true;
        script.On("lost", cancelled => Task.Delay(Timeout.Infinite, cancelled));
        await Send("work", "a", "lost");

        await using FunctionHost host = await Start(FunctionHost.Options(typeof(Queues)) with { LockRenewal = TimeSpan.FromMilliseconds(10) });

        await Eventually.True(() => queue.Dead.Count == 1);
        Assert.Empty(script.Done);
    }

    [Fact]
    public async Task A_stop_takes_nothing_new_and_lets_what_is_in_hand_finish()
    {
        TaskCompletionSource gate = new();
        script.On("a1", _ => gate.Task);
        await Send("work", "a", "a1", "a2");
        await using FunctionHost host = await Start();
        await Eventually.True(() => script.Running == 1);

        Task stopping = host.Stop();
        await Task.Delay(50);
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        await stopping;

        Assert.Equal(["a1"], script.Done);
        Assert.False(queue.IsEmpty);
    }

    [Fact]
    public async Task Locks_of_a_process_that_died_are_freed_once()
    {
        await using FunctionHost host = await Start();
        Assert.Equal(1, queue.Releases);
    }

    private async Task Send(string queue, string key, params string[] bodies)
    {
        foreach (string body in bodies)
        {
            await this.queue.Send(new OutgoingMessage(queue, $"{queue}-{body}", key, body), default);
        }
    }

    private Task<FunctionHost> Start(EmbeddedHostOptions? options = null) =>
        FunctionHost.Start(options ?? FunctionHost.Options(typeof(Queues)), queue, parts: script);

    private sealed class Queues(Script script)
    {
        [Function("Work")]
        public Task Work([ServiceBusTrigger("work")] string body, CancellationToken cancellation) => script.Run(body, cancellation);

        [Function("Rollback")]
        public Task Rollback([ServiceBusTrigger("rollback")] string body, CancellationToken cancellation) => script.Run(body, cancellation);
    }

    private sealed class Script
    {
        private readonly ConcurrentDictionary<string, Func<CancellationToken, Task>> acts = new();
        private int running;

        public ConcurrentQueue<string> Done { get; } = new();

        public int Running => running;

        public void On(string body, Func<CancellationToken, Task> act) => acts[body] = act;

        public async Task Run(string body, CancellationToken cancellation)
        {
            Interlocked.Increment(ref running);
            try
            {
                await acts.GetValueOrDefault(body, _ => Task.CompletedTask)(cancellation);
                Done.Enqueue(body);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }
    }
}
