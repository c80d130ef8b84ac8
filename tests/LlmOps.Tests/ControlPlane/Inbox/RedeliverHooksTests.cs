using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Inbox;

public sealed class RedeliverHooksTests
{
    private readonly ManualClock clock = new();
    private readonly MemoryBlobs blobs = new();
    private readonly Hook hook = new();

    [Fact]
    public async Task What_failed_is_asked_for_once()
    {
        hook.Tries.AddRange([Try(1, "a", 503, hours: 5), Try(2, "b", 202, hours: 4), Try(3, "c", 0, hours: 3)]);
        await Sweep();
        await Sweep();
        Assert.Equal([1, 3], hook.Asked);
    }

    [Fact]
    public async Task What_succeeded_on_another_try_is_not_asked_for()
    {
        hook.Tries.AddRange([Try(1, "a", 503, hours: 5), Try(2, "A", 202, hours: 4)]);
        await Sweep();
        Assert.Empty(hook.Asked);
    }

    [Fact]
    public async Task A_redelivery_that_fails_is_not_asked_for_again()
    {
        hook.Tries.Add(Try(1, "a", 500, hours: 5));
        await Sweep();
        hook.Tries.Add(Try(2, "a", 500, hours: 0));
        await Sweep();
        Assert.Equal([1], hook.Asked);
    }

    [Fact]
    public async Task What_is_older_than_three_days_is_not_asked_for()
    {
        hook.Tries.AddRange([Try(1, "a", 500, hours: 73), Try(2, "b", 500, hours: 71)]);
        await Sweep();
        Assert.Equal([2], hook.Asked);
        Assert.Equal(clock.Now - TimeSpan.FromDays(3), hook.Since);
    }

    [Fact]
    public async Task A_request_that_fails_is_made_by_the_next_sweep()
    {
        hook.Tries.AddRange([Try(1, "a", 500, hours: 1)]);
        hook.Fails = true;
        await Assert.ThrowsAsync<HttpRequestException>(Sweep);
        hook.Fails = false;
        await Sweep();
        Assert.Equal([1], hook.Asked);
    }

    [Fact]
    public Task A_host_without_deliveries_is_swept_too() => new RedeliverHooks([], blobs, clock).Handle(default);

    private HookDelivery Try(long id, string delivery, int status, int hours) => new(id, delivery, clock.Now - TimeSpan.FromHours(hours), status);

    private Task Sweep() => new RedeliverHooks([hook], blobs, clock).Handle(default);

    private sealed class Hook : IHookDeliveries
    {
        public List<HookDelivery> Tries { get; } = [];

        public List<long> Asked { get; } = [];

        public DateTimeOffset Since { get; private set; }

        public bool Fails { get; set; }

        public Task<IReadOnlyList<HookDelivery>> ListSince(DateTimeOffset since, CancellationToken cancellation)
        {
            Since = since;
            return Task.FromResult<IReadOnlyList<HookDelivery>>([.. Tries]);
        }

        public Task Redeliver(long id, CancellationToken cancellation)
        {
            if (Fails)
            {
                return Task.FromException(new HttpRequestException("502"));
            }
            Asked.Add(id);
            return Task.CompletedTask;
        }
    }
}
