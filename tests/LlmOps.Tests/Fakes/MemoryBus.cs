using LlmOps.Ports;

namespace LlmOps.Tests.Fakes;

/// <summary>
/// Queues in memory: at least once, in order within a key, a message with a waiting one's id is dropped, and after ten
/// failures a message is a dead letter. Whoever takes a message must complete or abandon it.
/// </summary>
internal sealed class MemoryBus(ManualClock clock, Effects? effects = null) : IMessageBus
{
    private const int MaxDeliveries = 10;
    private readonly List<Waiting> waiting = [];
    private readonly List<DeadLetter> dead = [];
    private long sequence;

    /// <summary>Messages that it loses, as if the process died between the save and the send.</summary>
    public Predicate<OutgoingMessage> Loses { get; set; } = _ => false;

    public List<OutgoingMessage> Sent { get; } = [];

    public IReadOnlyList<DeadLetter> Dead => dead;

    public DateTimeOffset? NextDue => waiting.Count == 0 ? null : waiting.Min(w => w.Message.NotBefore ?? clock.Now);

    public Task Send(OutgoingMessage message, CancellationToken cancellation)
    {
        MessageRules.Check(message);
        lock (waiting)
        {
            Sent.Add(message);
            if (Loses(message))
            {
                return Task.CompletedTask;
            }
            if (!waiting.Any(w => w.Message.Queue == message.Queue && w.Message.Id == message.Id && !w.Taken))
            {
                waiting.Add(new Waiting(message, ++sequence));
            }
        }
        effects?.Note($"send {message.Id}");
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeadLetter>> PeekDeadLetters(string queue, int count, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<DeadLetter>>(dead.Where(letter => letter.Queue == queue).Take(count).ToList());

    public async Task<bool> Resend(string queue, string messageId, CancellationToken cancellation)
    {
        if (dead.FirstOrDefault(letter => letter.Queue == queue && letter.Id == messageId) is not { } letter)
        {
            return false;
        }
        dead.Remove(letter);
        await Send(new OutgoingMessage(letter.Queue, letter.Id, letter.OrderingKey, letter.Body), cancellation);
        return true;
    }

    /// <summary>The first due message of an ordering key that <paramref name="chance"/> picks, or else the first, rollbacks before all.</summary>
    public Waiting? Take(Random? chance = null, string? queue = null)
    {
        lock (waiting)
        {
            if (chance is null)
            {
                Waiting? first = waiting.Where(w => (w.Message.NotBefore ?? clock.Now) <= clock.Now && !w.Taken && (queue ?? w.Message.Queue) == w.Message.Queue)
                    .MinBy(w => (w.Message.Queue == Queues.Rollback ? 0 : 1, w.Sequence));
                first?.Taken = true;
                return first;
            }
            List<Waiting> heads = waiting.Where(w => (w.Message.NotBefore ?? clock.Now) <= clock.Now)
                .GroupBy(w => (w.Message.Queue, w.Message.OrderingKey)).Select(group => group.MinBy(w => w.Sequence)!)
                .OrderBy(w => w.Message.Queue == Queues.Rollback ? 0 : 1).ThenBy(w => w.Sequence).ToList();
            if (heads.Count == 0)
            {
                return null;
            }
            Waiting taken = heads[chance.Next(heads.Count)];
            taken.Taken = true;
            return taken;
        }
    }

    /// <summary>Forgets what waits.</summary>
    public void Clear()
    {
        lock (waiting)
        {
            waiting.Clear();
        }
    }

    public void Complete(Waiting message)
    {
        lock (waiting)
        {
            waiting.Remove(message);
        }
    }

    public void Abandon(Waiting message, Exception error)
    {
        lock (waiting)
        {
            message.Taken = false;
            if (++message.Deliveries >= MaxDeliveries)
            {
                waiting.Remove(message);
                OutgoingMessage m = message.Message;
                dead.Add(new DeadLetter(m.Queue, m.Id, m.OrderingKey, m.Body, message.Deliveries, error.ToString(), clock.Now));
            }
        }
    }

    internal sealed record Waiting(OutgoingMessage Message, long Sequence)
    {
        public int Deliveries { get; set; }

        public bool Taken { get; set; }
    }
}
