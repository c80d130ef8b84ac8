using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Functions.Queues;
using LlmOps.Ports;

namespace LlmOps.Tests.LocalHost.Functions;

/// <summary>Queues in memory: order within a key, locks until they are settled, dead letters after three tries.</summary>
internal sealed class MemoryQueue : IMessageBus, IQueueReader
{
    private const int MostTries = 3;

    private readonly Lock gate = new();
    private readonly List<Entry> entries = [];

    public List<OutgoingMessage> Sent { get; } = [];

    public List<DeadLetter> Dead { get; } = [];

    public List<TimeSpan> Delays { get; } = [];

    public int Renewals { get; private set; }

    public int Releases { get; private set; }

    /// <summary>Whether a renewal finds its lock lost.</summary>
    public bool LosesLocks { get; set; }

    public bool IsEmpty
    {
        get
        {
            lock (gate)
            {
                return entries.Count == 0;
            }
        }
    }

    public Task Send(OutgoingMessage message, CancellationToken cancellation)
    {
        lock (gate)
        {
            Sent.Add(message);
            entries.Add(new Entry(message));
            return Task.CompletedTask;
        }
    }

    public Task<Delivery?> Receive(string queue, CancellationToken cancellation)
    {
        lock (gate)
        {
            Entry? next = entries
                .Where(entry => entry.Message.Queue == queue)
                .GroupBy(entry => entry.Message.OrderingKey)
                .Select(key => key.First())
                .FirstOrDefault(first => !first.Locked && first.NotBefore <= Environment.TickCount64);
            if (next is null)
            {
                return Task.FromResult<Delivery?>(null);
            }
            next.Locked = true;
            next.Attempt++;
            OutgoingMessage sent = next.Message;
            return Task.FromResult<Delivery?>(new Delivery(queue, sent.Id, sent.OrderingKey, sent.Body, next.Attempt, $"{sent.Id}#{next.Attempt}"));
        }
    }

    public Task<bool> Complete(Delivery delivery, CancellationToken cancellation)
    {
        lock (gate)
        {
            return Task.FromResult(entries.RemoveAll(entry => entry.Message.Id == delivery.Id) > 0);
        }
    }

    public Task<bool> Renew(Delivery delivery, CancellationToken cancellation)
    {
        Renewals++;
        return Task.FromResult(!LosesLocks);
    }

    public Task Abandon(Delivery delivery, string error, TimeSpan delay, CancellationToken cancellation)
    {
        lock (gate)
        {
            Delays.Add(delay);
            Entry entry = entries.Single(entry => entry.Message.Id == delivery.Id);
            entry.Locked = false;
            entry.NotBefore = Environment.TickCount64 + (long)delay.TotalMilliseconds;
            if (delivery.Attempt >= MostTries)
            {
                entries.Remove(entry);
                Dead.Add(new DeadLetter(delivery.Queue, delivery.Id, delivery.OrderingKey, delivery.Body, delivery.Attempt, error, default));
            }
            return Task.CompletedTask;
        }
    }

    public Task ReleaseAll(CancellationToken cancellation)
    {
        Releases++;
        return Task.CompletedTask;
    }

    public Task WaitForMessages(string queue, TimeSpan atMost, CancellationToken cancellation) => Task.Delay(10, cancellation);

    public Task<IReadOnlyList<DeadLetter>> PeekDeadLetters(string queue, int count, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DeadLetter>>([.. Dead.Where(dead => dead.Queue == queue).Take(count)]);

    public Task<bool> Resend(string queue, string messageId, CancellationToken cancellation) =>
        Task.FromResult(Dead.RemoveAll(dead => dead.Queue == queue && dead.Id == messageId) > 0);

    private sealed class Entry(OutgoingMessage message)
    {
        public OutgoingMessage Message { get; } = message;

        public bool Locked { get; set; }

        public int Attempt { get; set; }

        public long NotBefore { get; set; }
    }
}
