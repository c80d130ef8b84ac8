using System.Collections.Concurrent;
using LlmOps.LocalHost.Functions;
using LlmOps.Tests.Fakes;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.LocalHost.Functions;

public sealed class TimerPumpTests
{
    private readonly ManualClock clock = new();
    private readonly Beats beats = new();

    [Fact]
    public async Task A_timer_fires_at_each_occurrence_and_not_before()
    {
        await using FunctionHost host = await Start(typeof(Pulse));

        await clock.AdvanceOnceAwaited(TimeSpan.FromSeconds(1.999));
        Assert.Empty(beats.At);
        await clock.AdvanceOnceAwaited(TimeSpan.FromMilliseconds(1));
        await Eventually.True(() => beats.At.Count == 1);
        await clock.AdvanceOnceAwaited(TimeSpan.FromSeconds(2));
        await Eventually.True(() => beats.At.Count == 2);

        Assert.Equal([2, 4], beats.At.Select(info => info.ScheduleStatus!.LastUpdated.Second));
        Assert.Equal([4, 6], beats.At.Select(info => info.ScheduleStatus!.Next.Second));
        Assert.Equal(2, beats.At.Last().ScheduleStatus!.Last.Second);
    }

    [Fact]
    public async Task An_occurrence_during_a_run_is_left_out()
    {
        TaskCompletionSource gate = new();
        beats.Meanwhile = () => gate.Task;
        await using FunctionHost host = await Start(typeof(Pulse));
        await clock.AdvanceOnceAwaited(TimeSpan.FromSeconds(2));
        await Eventually.True(() => beats.At.Count == 1);

        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(beats.At);
        gate.SetResult();
        await clock.AdvanceOnceAwaited(TimeSpan.FromSeconds(1));
        await Eventually.True(() => beats.At.Count == 2);

        Assert.Equal(8, beats.At.Last().ScheduleStatus!.LastUpdated.Second);
    }

    [Fact]
    public async Task A_failure_does_not_end_the_timer()
    {
        beats.Meanwhile = () => throw new IOException("no network");
        await using FunctionHost host = await Start(typeof(Pulse));

        for (int beat = 1; beat <= 3; beat++)
        {
            await clock.AdvanceOnceAwaited(TimeSpan.FromSeconds(2));
            await Eventually.True(() => beats.At.Count == beat);
        }
    }

    [Fact]
    public async Task A_timer_that_says_so_fires_at_the_start()
    {
        await using FunctionHost host = await Start(typeof(Yearly));
        await Eventually.True(() => beats.At.Count == 1);
    }

    [Fact]
    public async Task A_timer_may_wait_for_longer_than_a_timer_of_the_framework()
    {
        await using FunctionHost host = await Start(typeof(Yearly));
        await Eventually.True(() => beats.At.Count == 1);

        while (beats.At.Count == 1)
        {
            await clock.AdvanceOnceAwaited(TimeSpan.FromHours(1));
        }

        Assert.Equal(new DateTime(2026, 12, 31, 23, 59, 59, DateTimeKind.Utc), beats.At.Last().ScheduleStatus!.LastUpdated);
    }

    [Theory]
    [InlineData(typeof(FiveFields), "'*/5 * * * *' is not a cron expression of six fields")]
    [InlineData(typeof(Unset), "there is no setting Missing, which a trigger names")]
    public async Task A_schedule_that_means_nothing_fails_at_the_start(Type function, string message) =>
        Assert.Equal(message, (await Assert.ThrowsAnyAsync<Exception>(() => Start(function))).Message);

    private Task<FunctionHost> Start(Type function) => FunctionHost.Start(FunctionHost.Options(function), clock: clock, parts: beats);

    private sealed class Pulse(Beats beats)
    {
        [Function(nameof(Pulse))]
        public Task Run([TimerTrigger("%Pulse%")] TimerInfo timer) => beats.Beat(timer);
    }

    private sealed class Yearly(Beats beats)
    {
        [Function(nameof(Yearly))]
        public Task Run([TimerTrigger("59 59 23 31 12 *", RunOnStartup = true)] TimerInfo timer) => beats.Beat(timer);
    }

    private sealed class FiveFields(Beats beats)
    {
        [Function(nameof(FiveFields))]
        public Task Run([TimerTrigger("*/5 * * * *")] TimerInfo timer) => beats.Beat(timer);
    }

    private sealed class Unset(Beats beats)
    {
        [Function(nameof(Unset))]
        public Task Run([TimerTrigger("%Missing%")] TimerInfo timer) => beats.Beat(timer);
    }

    private sealed class Beats
    {
        public ConcurrentQueue<TimerInfo> At { get; } = new();

        public Func<Task> Meanwhile { get; set; } = () => Task.CompletedTask;

        public Task Beat(TimerInfo timer)
        {
            At.Enqueue(timer);
            return Meanwhile();
        }
    }
}
