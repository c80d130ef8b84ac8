using System.Collections.Concurrent;
using LlmOps.LocalHost.Functions.Queues;
using LlmOps.Ports;
using Microsoft.Data.Sqlite;

namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// Queues in a SQLite file: several processes may send, one consumes. A delivery is locked for a while; who neither
/// settles nor renews it loses it to the next attempt.
/// </summary>
internal sealed class SqliteMessageBus(string path, TimeProvider clock, SqliteBusOptions options) : IMessageBus, IQueueReader, IDisposable
{
    private readonly SqliteFile file = new(path, MessageSql.Schema);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> signals = new();

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private long LockEnd => (clock.GetUtcNow() + options.VisibilityTimeout).ToUnixTimeMilliseconds();

    public async Task Send(OutgoingMessage message, CancellationToken cancellation)
    {
        MessageRules.Check(message);
        await file.Change(MessageSql.Send, cancellation,
            ("@queue", message.Queue), ("@id", message.Id), ("@key", message.OrderingKey), ("@body", message.Body),
            ("@not_before", message.NotBefore?.ToUnixTimeMilliseconds() ?? 0), ("@now", Now));
        Wake(message.Queue);
    }

    public Task<IReadOnlyList<DeadLetter>> PeekDeadLetters(string queue, int count, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return file.Rows(MessageSql.PeekDeadLetters, ReadDeadLetter, cancellation, ("@queue", queue), ("@count", count));
    }

    public async Task<bool> Resend(string queue, string messageId, CancellationToken cancellation)
    {
        int changed = await file.Change(MessageSql.Resend, cancellation, ("@queue", queue), ("@id", messageId), ("@now", Now));
        Wake(queue);
        return changed > 0;
    }

    /// <summary>Hands out the queue's next message that may be handled now, or null when there is none.</summary>
    public async Task<Delivery?> Receive(string queue, CancellationToken cancellation)
    {
        IReadOnlyList<Delivery> received = await file.Rows(MessageSql.Receive, ReadDelivery, cancellation,
            ("@queue", queue), ("@now", Now), ("@until", LockEnd), ("@max", options.MaxDeliveries));
        return received.Count > 0 ? received[0] : null;
    }

    /// <summary>Removes a handled message; false when its lock was lost, so that it is delivered again.</summary>
    public async Task<bool> Complete(Delivery delivery, CancellationToken cancellation)
    {
        bool held = await file.Change(MessageSql.Complete, cancellation, Held(delivery)) > 0;
        Wake(delivery.Queue);
        return held;
    }

    /// <summary>Locks a delivery for another visibility timeout from now; false when its lock was lost.</summary>
    public async Task<bool> Renew(Delivery delivery, CancellationToken cancellation) =>
        await file.Change(MessageSql.Renew, cancellation, [.. Held(delivery), ("@until", LockEnd)]) > 0;

    /// <summary>
    /// Puts a message that failed back in its place, to be tried again after a delay: its key waits for it. After too many
    /// deliveries it becomes a dead letter instead, and its key goes on.
    /// </summary>
    public async Task Abandon(Delivery delivery, string error, TimeSpan delay, CancellationToken cancellation)
    {
        long notBefore = (clock.GetUtcNow() + delay).ToUnixTimeMilliseconds();
        await file.Change(MessageSql.Abandon, cancellation,
            [.. Held(delivery), ("@error", error), ("@not_before", notBefore), ("@max", options.MaxDeliveries)]);
        Wake(delivery.Queue);
    }

    /// <summary>Voids every lock. For the start of the only consumer: whoever held them is dead.</summary>
    public Task ReleaseAll(CancellationToken cancellation) => file.Change(MessageSql.ReleaseAll, cancellation);

    /// <summary>How many messages wait in a queue or are being handled; dead letters do not count.</summary>
    public async Task<int> Count(string queue, CancellationToken cancellation) =>
        (await file.Rows(MessageSql.Count, row => row.GetInt32(0), cancellation, ("@queue", queue)))[0];

    /// <summary>
    /// Returns when this process has sent or settled a message of the queue since the last call, and in any case after a
    /// while: other processes and times that come do not ring.
    /// </summary>
    public Task WaitForMessages(string queue, TimeSpan atMost, CancellationToken cancellation) =>
        Signal(queue).WaitAsync(atMost, cancellation);

    public void Dispose()
    {
        file.Dispose();
        foreach (SemaphoreSlim signal in signals.Values)
        {
            signal.Dispose();
        }
    }

    private SemaphoreSlim Signal(string queue) => signals.GetOrAdd(queue, _ => new SemaphoreSlim(0));

    // One ring is enough for whoever is not waiting yet: it looks for messages until there are none.
    private void Wake(string queue)
    {
        SemaphoreSlim signal = Signal(queue);
        if (signal.CurrentCount == 0)
        {
            signal.Release();
        }
    }

    private (string, object)[] Held(Delivery delivery) =>
        [("@queue", delivery.Queue), ("@receipt", delivery.Receipt), ("@now", Now)];

    private static Delivery ReadDelivery(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetString(5));

    private static DeadLetter ReadDeadLetter(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetString(5),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(6)));
}
