using LlmOps.Ports;

namespace LlmOps.Events;

/// <summary>Has a dead letter sent again, before what waits.</summary>
public sealed class ResendEvent(EventStore store, IMessageBus bus, DeliveryRules rules)
{
    /// <summary>False when there is no such dead letter.</summary>
    public async Task<bool> Handle(string endpoint, string id, CancellationToken cancellation)
    {
        if (rules.Endpoint(endpoint) is null || await store.Dead(endpoint, id, cancellation) is not var (dead, etag))
        {
            return false;
        }
        await Queue(endpoint, dead.Event, cancellation);
        await store.Mark(endpoint, dead with { SentAgainAt = rules.Now }, etag, cancellation);
        await bus.Send(new EventOrder(endpoint, dead.Event.Model).ToMessage(), cancellation);
        return true;
    }

    private async Task Queue(string endpoint, OutgoingEvent happened, CancellationToken cancellation)
    {
        while (true)
        {
            (EventCursor Value, string ETag)? stored = await store.Read(endpoint, happened.Model, cancellation);
            EventCursor cursor = stored?.Value ?? new EventCursor();
            if (cursor.Again.Any(waiting => waiting.Id == happened.Id))
            {
                return;
            }
            EventCursor next = cursor.Freed() with { Again = [.. cursor.Again, happened], Tick = cursor.Tick + 1 };
            if (await store.Save(endpoint, happened.Model, next, stored?.ETag, cancellation))
            {
                return;
            }
        }
    }
}
