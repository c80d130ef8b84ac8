namespace LlmOps.Ports;

/// <summary>Queues with at-least-once delivery, in order within an ordering key.</summary>
public interface IMessageBus
{
    /// <summary>
    /// Stores a message durably; it is delivered at least once, not before its time. Throws <see cref="ArgumentException"/>
    /// for one that breaks <see cref="MessageRules"/>.
    /// </summary>
    Task Send(OutgoingMessage message, CancellationToken cancellation);

    /// <summary>The messages that failed too often, oldest first, without removing them.</summary>
    Task<IReadOnlyList<DeadLetter>> PeekDeadLetters(string queue, int count, CancellationToken cancellation);

    /// <summary>Puts a dead letter back into its queue with a fresh count of tries; false when it is gone.</summary>
    Task<bool> Resend(string queue, string messageId, CancellationToken cancellation);
}

/// <summary>
/// A message to send. <paramref name="Id"/> names what it says: a broker may drop it while another of that id waits in
/// the queue (not afterwards). Messages of one <paramref name="OrderingKey"/> are handled one at a time, in order.
/// </summary>
public sealed record OutgoingMessage(string Queue, string Id, string OrderingKey, string Body, DateTimeOffset? NotBefore = null);

/// <summary>A message that failed too often: what it was, how often it was tried, and the last error.</summary>
public sealed record DeadLetter(string Queue, string Id, string OrderingKey, string Body, int Deliveries, string Error, DateTimeOffset At);

/// <summary>The names of the queues.</summary>
public static class Queues
{
    /// <summary>Everything that moves a release on, ordered by model.</summary>
    public const string Work = "work";

    /// <summary>Rollbacks, ordered by model, never behind an evaluation.</summary>
    public const string Rollback = "rollback";

    /// <summary>Events to tell outside, ordered by endpoint and model.</summary>
    public const string Events = "events";
}
