using LlmOps.LocalHost.Adapters;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Contracts;

public sealed class SqliteMessageBusContract : MessageBusContract, IDisposable
{
    private static readonly SqliteBusOptions Options = new() { MaxDeliveries = 3 };
    private readonly ScratchFolder folder = new();
    private readonly ManualClock clock = new();
    private readonly SqliteMessageBus bus;

    public SqliteMessageBusContract() => bus = Open();

    protected override IMessageBus Bus => bus;

    public void Dispose()
    {
        bus.Dispose();
        folder.Dispose();
    }

    protected override async Task<OutgoingMessage?> Handle(string queue)
    {
        if (await bus.Receive(queue, None) is not { } delivery)
        {
            return null;
        }
        Assert.True(await bus.Complete(delivery, None));
        return new OutgoingMessage(delivery.Queue, delivery.Id, delivery.OrderingKey, delivery.Body);
    }

    protected override async Task FailForGood(string queue, string error)
    {
        while (await bus.Receive(queue, None) is { } delivery)
        {
            await bus.Abandon(delivery, error, TimeSpan.Zero, None);
        }
    }

    [Fact]
    public async Task Hands_out_one_message_of_a_key_at_a_time_while_other_keys_overtake()
    {
        await Send("a1", "a");
        await Send("a2", "a");
        await Send("b1", "b");

        Delivery first = (await bus.Receive("work", None))!;
        Assert.Equal("a1", first.Id);
        Assert.Equal("b1", (await bus.Receive("work", None))!.Id);
        Assert.Null(await bus.Receive("work", None));

        Assert.True(await bus.Complete(first, None));
        Assert.Equal("a2", (await bus.Receive("work", None))!.Id);
    }

    [Fact]
    public async Task Delivers_again_after_the_visibility_timeout_and_voids_the_old_receipt()
    {
        await Send("1", "k");
        await Send("2", "k");
        Delivery first = (await bus.Receive("work", None))!;
        clock.Advance(Options.VisibilityTimeout);
        Assert.False(await bus.Complete(first, None));

        Delivery second = (await bus.Receive("work", None))!;

        Assert.Equal(("1", 1, "1", 2), (first.Id, first.Attempt, second.Id, second.Attempt));
        Assert.False(await bus.Complete(first, None));
        Assert.False(await bus.Renew(first, None));
        await bus.Abandon(first, "late", TimeSpan.Zero, None);
        Assert.True(await bus.Complete(second, None));
        Assert.Equal("2", (await bus.Receive("work", None))!.Id);
    }

    [Fact]
    public async Task Keeps_a_delivery_locked_while_it_is_renewed()
    {
        await Send("1", "k");
        Delivery delivery = (await bus.Receive("work", None))!;
        for (int i = 0; i < 5; i++)
        {
            clock.Advance(Options.VisibilityTimeout - TimeSpan.FromSeconds(1));
            Assert.True(await bus.Renew(delivery, None));
            Assert.Null(await bus.Receive("work", None));
        }
        Assert.True(await bus.Complete(delivery, None));
        Assert.Equal(0, await bus.Count("work", None));
    }

    [Fact]
    public async Task Lets_an_abandoned_message_keep_its_place_until_its_delay_is_over()
    {
        await Send("1", "k");
        await Send("2", "k");
        await bus.Abandon((await bus.Receive("work", None))!, "busy", TimeSpan.FromMinutes(1), None);

        Assert.Null(await bus.Receive("work", None));
        clock.Advance(TimeSpan.FromMinutes(1));
        Delivery again = (await bus.Receive("work", None))!;
        Assert.Equal(("1", 2), (again.Id, again.Attempt));
    }

    [Fact]
    public async Task Holds_a_message_back_until_its_time_without_holding_up_its_key()
    {
        await Send("later", "k", notBefore: clock.GetUtcNow().AddMinutes(5));
        await Send("now", "k");

        Assert.Equal("now", (await Handle("work"))?.Id);
        Assert.Null(await Handle("work"));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("later", (await Handle("work"))?.Id);
    }

    [Fact]
    public async Task Drops_a_message_whose_id_waits_and_takes_it_while_one_is_handled()
    {
        await Send("1", "k", "first");
        await Send("1", "k", "dropped");
        await Bus.Send(new OutgoingMessage("rollback", "1", "k", "another queue"), None);
        Delivery delivery = (await bus.Receive("work", None))!;
        await Send("1", "k", "second");
        await Send("1", "k", "dropped");

        Assert.Equal(2, await bus.Count("work", None));
        Assert.True(await bus.Complete(delivery, None));
        Assert.Equal("second", (await Handle("work"))?.Body);
        Assert.Null(await Handle("work"));
        Assert.Equal(1, await bus.Count("rollback", None));
    }

    [Fact]
    public async Task Makes_a_dead_letter_of_what_was_abandoned_too_often_and_lets_its_key_go_on()
    {
        await Send("bad", "k");
        await Send("good", "k");
        for (int i = 1; i <= Options.MaxDeliveries; i++)
        {
            Delivery delivery = (await bus.Receive("work", None))!;
            Assert.Equal(("bad", i), (delivery.Id, delivery.Attempt));
            await bus.Abandon(delivery, $"error {i}", TimeSpan.Zero, None);
        }

        Assert.Equal("good", (await Handle("work"))?.Id);
        DeadLetter dead = Assert.Single(await Bus.PeekDeadLetters("work", 10, None));
        Assert.Equal(("bad", 3, "error 3", clock.GetUtcNow()), (dead.Id, dead.Deliveries, dead.Error, dead.At));
        await Bus.Resend("work", "bad", None);
        Assert.Equal(1, (await bus.Receive("work", None))!.Attempt);
    }

    [Fact]
    public async Task Makes_a_dead_letter_of_what_kills_its_handler_each_time()
    {
        await Send("poison", "k");
        for (int i = 0; i < Options.MaxDeliveries; i++)
        {
            Assert.NotNull(await bus.Receive("work", None));
            await bus.ReleaseAll(None);
        }

        Assert.Null(await bus.Receive("work", None));
        Assert.Contains("never settled", Assert.Single(await Bus.PeekDeadLetters("work", 1, None)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Releases_every_lock_at_the_start_of_its_only_consumer()
    {
        await Send("1", "a");
        Delivery lost = (await bus.Receive("work", None))!;
        using SqliteMessageBus restarted = Open();

        await restarted.ReleaseAll(None);

        Assert.False(await bus.Complete(lost, None));
        Delivery delivery = (await restarted.Receive("work", None))!;
        Assert.Equal(("1", 2), (delivery.Id, delivery.Attempt));
        Assert.False(await bus.Complete(lost, None));
    }

    [Fact]
    public async Task Loses_nothing_that_was_sent_when_its_file_is_copied_mid_flight()
    {
        await Send("1", "k");
        foreach (string part in Directory.GetFiles(folder.Path, "bus.db*"))
        {
            File.Copy(part, part.Replace("bus.db", "crashed.db", StringComparison.Ordinal));
        }

        using SqliteMessageBus crashed = new(folder["crashed.db"], clock, Options);

        Assert.Equal("1", (await crashed.Receive("work", None))?.Id);
    }

    [Fact]
    public async Task Takes_from_several_senders_and_gives_each_message_to_one_receiver()
    {
        using SqliteMessageBus other = Open();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() =>
            (i % 2 == 0 ? bus : other).Send(new OutgoingMessage("work", $"{i}", $"{i}", ""), None))));

        Delivery?[] deliveries = await Task.WhenAll(Enumerable.Range(0, 80).Select(i => Task.Run(() =>
            (i % 2 == 0 ? bus : other).Receive("work", None))));

        Assert.Equal(60, deliveries.OfType<Delivery>().Select(delivery => delivery.Id).Distinct().Count());
        Assert.Equal(60, deliveries.OfType<Delivery>().Count());
    }

    [Fact]
    public async Task Wakes_who_waits_and_who_is_about_to()
    {
        Task waiting = bus.WaitForMessages("work", TimeSpan.FromHours(1), None);
        Assert.False(waiting.IsCompleted);
        await Send("1", "a");
        await waiting.WaitAsync(Eventually.Patience);

        await Send("2", "a");
        await bus.WaitForMessages("work", TimeSpan.FromHours(1), None).WaitAsync(Eventually.Patience);
        await bus.WaitForMessages("work", TimeSpan.FromMilliseconds(1), None);
    }

    private SqliteMessageBus Open() => new(folder["bus.db"], clock, Options);
}
