using LlmOps.Audit;
using LlmOps.Registry;
using LlmOps.Releases;

namespace LlmOps.Events;

/// <summary>Finds what an endpoint is to be told next.</summary>
public sealed class EventReader(ModelRegistry registry, AuditLog audit, EventStore store)
{
    /// <summary>The next event with the cursor that it is read by; null when there is none, when its time has not come, or when the order is stale.</summary>
    public async Task<(FeedItem Item, EventCursor Cursor, string? ETag)?> Due(
        WebhookEndpoint endpoint, EventOrder order, DateTimeOffset now, CancellationToken cancellation)
    {
        // An alert's labels may name anything a model.
        if (!Names.IsModel(order.Model))
        {
            return null;
        }
        (EventCursor Value, string ETag)? stored = await store.Read(endpoint.Name, order.Model, cancellation);
        EventCursor cursor = stored?.Value ?? new EventCursor();
        if ((order.Tick is { } tick && tick != cursor.Tick) || cursor.NextTryAt > now)
        {
            return null;
        }
        DateTimeOffset since = await store.Since(endpoint.Name, now, cancellation);
        RegisteredModel model = await registry.Read(order.Model, cancellation);
        FeedItem? next = EventFeed.Next(
            model, await audit.Read(cursor.Audit, cancellation), cursor,
            happened => happened.At >= since && EventTypes.IsAsked(endpoint.Events, happened.Type));
        return next is null ? null : (next, cursor, stored?.ETag);
    }

    /// <summary>The models that there may be events of.</summary>
    public async Task<IReadOnlyCollection<string>> Models(CancellationToken cancellation) =>
        [.. (await registry.Models(cancellation)).Concat((await audit.Read(0, cancellation)).Select(entry => entry.Model).OfType<string>()).Distinct().Where(Names.IsModel)];
}
