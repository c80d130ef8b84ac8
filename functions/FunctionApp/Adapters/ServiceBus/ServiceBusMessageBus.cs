using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using LlmOps.Ports;

namespace LlmOps.FunctionApp.Adapters.ServiceBus;

/// <summary>
/// Queues of Service Bus that require sessions. A message has no broker's id of ours, so a queue's duplicate detection, were it
/// switched on, would drop nothing.
/// </summary>
public sealed class ServiceBusMessageBus(ServiceBusClient client) : IMessageBus
{
    // Locked together while one of them is looked for; beyond that a person clears the queue first.
    private const int MostLocked = 1000;
    private const int Page = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ServiceBusSender> senders = new();

    public Task Send(OutgoingMessage message, CancellationToken cancellation) => Send(message.Queue, BrokerMessage.Of(message), cancellation);

    public async Task<IReadOnlyList<DeadLetter>> PeekDeadLetters(string queue, int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        await using ServiceBusReceiver receiver = DeadLetters(queue);
        List<DeadLetter> letters = [];
        long from = 0;
        try
        {
            while (letters.Count < count && await receiver.PeekMessagesAsync(count - letters.Count, from, cancellation) is { Count: > 0 } page)
            {
                letters.AddRange(page.Select(message => Read(queue, message)));
                from = page[^1].SequenceNumber + 1;
            }
        }
        catch (ServiceBusException failure) when (failure.Reason == ServiceBusFailureReason.MessagingEntityNotFound)
        {
            return [];
        }
        return letters;
    }

    public async Task<bool> Resend(string queue, string messageId, CancellationToken cancellation)
    {
        if ((await PeekDeadLetters(queue, MostLocked, cancellation)).All(letter => letter.Id != messageId))
        {
            return false;
        }
        await using ServiceBusReceiver receiver = DeadLetters(queue);
        List<ServiceBusReceivedMessage> others = [];
        try
        {
            while (others.Count < MostLocked && await receiver.ReceiveMessagesAsync(Page, Patience, cancellation) is { Count: > 0 } page)
            {
                ServiceBusReceivedMessage? dead = page.FirstOrDefault(message => Read(queue, message).Id == messageId);
                others.AddRange(page.Where(message => message != dead));
                if (dead is not null)
                {
                    // Sent, then removed: killed in between it is there twice, which changes nothing, rather than lost.
                    await Send(queue, BrokerMessage.Of(Read(queue, dead)), cancellation);
                    await receiver.CompleteMessageAsync(dead, CancellationToken.None);
                    return true;
                }
            }
            return false;
        }
        finally
        {
            await Task.WhenAll(others.Select(message => receiver.AbandonMessageAsync(message, cancellationToken: CancellationToken.None)));
        }
    }

    private Task Send(string queue, BrokerMessage message, CancellationToken cancellation)
    {
        ServiceBusMessage sent = new(message.Body)
        {
            SessionId = message.Session,
            ContentType = "application/json",
            ApplicationProperties = { [BrokerMessage.IdProperty] = message.Id, [BrokerMessage.KeyProperty] = message.OrderingKey },
        };
        if (message.NotBefore is { } notBefore)
        {
            sent.ScheduledEnqueueTime = notBefore;
        }
        return senders.GetOrAdd(queue, client.CreateSender).SendMessageAsync(sent, cancellation);
    }

    private ServiceBusReceiver DeadLetters(string queue) =>
        client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });

    private static DeadLetter Read(string queue, ServiceBusReceivedMessage message) => BrokerMessage.Dead(
        queue,
        new DeadMessage(message.SequenceNumber, message.SessionId, message.Body.ToString(), message.DeliveryCount, message.EnqueuedTime)
        {
            Reason = message.DeadLetterReason, Description = message.DeadLetterErrorDescription, Properties = message.ApplicationProperties,
        });
}
