#if AZURE
using Azure.Messaging.ServiceBus;
using LlmOps.FunctionApp.Adapters.ServiceBus;
using LlmOps.Ports;

namespace LlmOps.Tests.Contracts;

/// <summary>
/// The adapter over a broker of a few lines that answers through the SDK's own types: it hands out at most two messages a
/// page, as Service Bus may hand out fewer than are asked for. Only where the SDK is: `-c Azure`.
/// </summary>
public sealed class ServiceBusMessageBusContract : MessageBusContract
{
    private readonly ScriptedBroker broker = new();
    private readonly ServiceBusMessageBus bus;

    public ServiceBusMessageBusContract() => bus = new ServiceBusMessageBus(broker);

    protected override IMessageBus Bus => bus;

    protected override Task<OutgoingMessage?> Handle(string queue) => Task.FromResult(broker.Next(queue) is { } message ? Told(queue, message) : null);

    protected override Task FailForGood(string queue, string error)
    {
        broker.Bury(queue, broker.Next(queue)!, error);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_message_has_a_session_a_time_and_no_id_of_the_brokers()
    {
        DateTimeOffset later = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await Send("1", "k", notBefore: later);
        await Send("2", "k");
        ServiceBusMessage first = broker.Next("work")!;
        Assert.Equal(("k", later, null), (first.SessionId, first.ScheduledEnqueueTime, first.MessageId));
        Assert.Equal(default, broker.Next("work")!.ScheduledEnqueueTime);
    }

    [Fact]
    public async Task A_dead_letter_far_behind_is_found_and_the_others_are_given_back()
    {
        for (int i = 0; i < 7; i++)
        {
            await Send($"{i}", "k");
            await FailForGood("work", "it broke");
        }
        Assert.Equal(7, (await Bus.PeekDeadLetters("work", 10, None)).Count);
        Assert.True(await Bus.Resend("work", "5", None));
        Assert.Equal(["0", "1", "2", "3", "4", "6"], (await Bus.PeekDeadLetters("work", 10, None)).Select(letter => letter.Id));
        Assert.Equal(0, broker.Locked);
    }

    [Fact]
    public async Task Killed_after_the_copy_it_is_there_twice_rather_than_lost()
    {
        await Send("bad", "k", "the body");
        await FailForGood("work", "it broke");
        broker.FailsToComplete = true;
        await Assert.ThrowsAsync<ServiceBusException>(() => Bus.Resend("work", "bad", None));
        Assert.Equal("the body", (await Handle("work"))?.Body);
        Assert.Single(await Bus.PeekDeadLetters("work", 10, None));
    }

    [Fact]
    public async Task A_queue_that_is_not_there_has_no_dead_letters()
    {
        broker.Missing = "none";
        Assert.Empty(await Bus.PeekDeadLetters("none", 10, None));
        Assert.False(await Bus.Resend("none", "1", None));
    }

    private static OutgoingMessage Told(string queue, ServiceBusMessage message) => new(
        queue, (string)message.ApplicationProperties[BrokerMessage.IdProperty], (string)message.ApplicationProperties[BrokerMessage.KeyProperty], message.Body.ToString());
}

/// <summary>Service Bus as far as the adapter sees it: a queue's messages, and its dead ones, which can be locked.</summary>
internal sealed class ScriptedBroker : ServiceBusClient
{
    private readonly List<(string Queue, ServiceBusMessage Message)> waiting = [];
    private readonly List<(string Queue, ServiceBusReceivedMessage Message)> dead = [];
    private readonly HashSet<long> locked = [];
    private long sequence;

    public bool FailsToComplete { get; set; }

    public string? Missing { get; set; }

    public int Locked => locked.Count;

    public ServiceBusMessage? Next(string queue)
    {
        int index = waiting.FindIndex(one => one.Queue == queue);
        if (index < 0)
        {
            return null;
        }
        ServiceBusMessage message = waiting[index].Message;
        waiting.RemoveAt(index);
        return message;
    }

    public void Bury(string queue, ServiceBusMessage message, string error) => dead.Add((queue, ServiceBusModelFactory.ServiceBusReceivedMessage(
        body: message.Body, sessionId: message.SessionId, deliveryCount: 10, sequenceNumber: ++sequence,
        properties: new Dictionary<string, object>(message.ApplicationProperties) { ["DeadLetterErrorDescription"] = error })));

    public override ServiceBusSender CreateSender(string queueOrTopicName) => new Sender(this, queueOrTopicName);

    public override ServiceBusReceiver CreateReceiver(string queueName, ServiceBusReceiverOptions options)
    {
        Assert.Equal(SubQueue.DeadLetter, options.SubQueue);
        return new Receiver(this, queueName);
    }

    private IReadOnlyList<ServiceBusReceivedMessage> Page(string queue, int most, Func<long, bool> which)
    {
        if (queue == Missing)
        {
            throw new ServiceBusException("there is no such queue", ServiceBusFailureReason.MessagingEntityNotFound);
        }
        return [.. dead.Where(one => one.Queue == queue && which(one.Message.SequenceNumber)).Select(one => one.Message).Take(Math.Min(most, 2))];
    }

    private sealed class Sender(ScriptedBroker broker, string queue) : ServiceBusSender
    {
        public override Task SendMessageAsync(ServiceBusMessage message, CancellationToken cancellationToken = default)
        {
            broker.waiting.Add((queue, message));
            return Task.CompletedTask;
        }
    }

    private sealed class Receiver(ScriptedBroker broker, string queue) : ServiceBusReceiver
    {
        public override Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekMessagesAsync(
            int maxMessages, long? fromSequenceNumber = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(broker.Page(queue, maxMessages, number => number >= fromSequenceNumber));

        public override Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveMessagesAsync(
            int maxMessages, TimeSpan? maxWaitTime = null, CancellationToken cancellationToken = default)
        {
            IReadOnlyList<ServiceBusReceivedMessage> page = broker.Page(queue, maxMessages, number => !broker.locked.Contains(number));
            broker.locked.UnionWith(page.Select(message => message.SequenceNumber));
            return Task.FromResult(page);
        }

        public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
        {
            if (broker.FailsToComplete)
            {
                throw new ServiceBusException("the lock is lost", ServiceBusFailureReason.MessageLockLost);
            }
            broker.dead.RemoveAll(one => one.Message == message);
            broker.locked.Remove(message.SequenceNumber);
            return Task.CompletedTask;
        }

        public override Task AbandonMessageAsync(
            ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default)
        {
            broker.locked.Remove(message.SequenceNumber);
            return Task.CompletedTask;
        }

        public override Task CloseAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
#endif
