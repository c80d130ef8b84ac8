using LlmOps.Ports;

namespace LlmOps.Tests.Contracts;

/// <summary>What every queue must do, seen from the port; how a test makes a message fail is the adapter's.</summary>
public abstract class MessageBusContract
{
    protected abstract IMessageBus Bus { get; }

    protected CancellationToken None => CancellationToken.None;

    /// <summary>Handles a queue's next message and says which it was; null when there is none to handle now.</summary>
    protected abstract Task<OutgoingMessage?> Handle(string queue);

    /// <summary>Lets the next message of a queue fail until it is a dead letter.</summary>
    protected abstract Task FailForGood(string queue, string error);

    [ContractFact]
    public async Task Delivers_what_was_sent()
    {
        await Send("1", "k", "Ünïcödé 🚀\n{\"a\":1}");

        Assert.Equal(new OutgoingMessage("work", "1", "k", "Ünïcödé 🚀\n{\"a\":1}"), await Handle("work"));
        Assert.Null(await Handle("work"));
        Assert.Null(await Handle("rollback"));
    }

    [ContractFact]
    public async Task Delivers_a_key_in_the_order_of_sending()
    {
        for (int i = 0; i < 5; i++)
        {
            await Send($"{i}", "k");
        }
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal($"{i}", (await Handle("work"))?.Id);
        }
    }

    [ContractFact]
    public async Task Keeps_dead_letters_to_be_seen_and_sent_again()
    {
        await Send("bad", "k", "the body");
        await FailForGood("work", "it broke");
        await Send("worse", "k");
        await FailForGood("work", "it broke again");

        IReadOnlyList<DeadLetter> dead = await Bus.PeekDeadLetters("work", 10, None);
        Assert.Equal(["bad", "worse"], dead.Select(letter => letter.Id));
        Assert.Equal(("work", "k", "the body", "it broke"), (dead[0].Queue, dead[0].OrderingKey, dead[0].Body, dead[0].Error));
        Assert.True(dead[0].Deliveries > 0);
        Assert.Equal(2, (await Bus.PeekDeadLetters("work", 10, None)).Count);
        Assert.Single(await Bus.PeekDeadLetters("work", 1, None));
        Assert.Empty(await Bus.PeekDeadLetters("rollback", 10, None));
        Assert.Null(await Handle("work"));

        Assert.True(await Bus.Resend("work", "bad", None));
        Assert.False(await Bus.Resend("work", "bad", None));
        Assert.False(await Bus.Resend("rollback", "worse", None));
        Assert.Equal(["worse"], (await Bus.PeekDeadLetters("work", 10, None)).Select(letter => letter.Id));
        Assert.Equal("the body", (await Handle("work"))?.Body);
    }

    [ContractFact]
    public async Task Refuses_what_no_broker_takes()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Send("", "k"));
        await Assert.ThrowsAsync<ArgumentException>(() => Send("1", ""));
        await Assert.ThrowsAsync<ArgumentException>(() => Send("1", "k", new string('ü', (MessageRules.MostBody / 2) + 1)));
        Assert.Null(await Handle("work"));

        await Send("1", "k", new string('ü', MessageRules.MostBody / 2));
        Assert.Equal(MessageRules.MostBody / 2, (await Handle("work"))?.Body.Length);
    }

    protected Task Send(string id, string key, string body = "", DateTimeOffset? notBefore = null) =>
        Bus.Send(new OutgoingMessage("work", id, key, body, notBefore), None);
}
