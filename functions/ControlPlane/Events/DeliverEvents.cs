using System.Text.Json;
using LlmOps.Audit;
using LlmOps.Ports;
using LlmOps.Registry;

namespace LlmOps.Events;

/// <summary>What stands in a message of the events queue: an endpoint is to be told of a model. A tick names the scheduled try.</summary>
public sealed record EventOrder(string Endpoint, string Model, int? Tick = null)
{
    /// <summary>The message that carries this order: of one endpoint and model, one is handled at a time.</summary>
    public OutgoingMessage ToMessage(DateTimeOffset? notBefore = null) =>
        new(Queues.Events, $"{Endpoint}:{Model}:{Tick}", $"{Endpoint}:{Model}", JsonSerializer.Serialize(this, Wire.Json), notBefore);
}

/// <summary>
/// Tells an endpoint of a model, event by event in order. The cursor moves after the answer: killed in between, the event is
/// sent again under the same id. An event that fails holds back those after it, until it is taken or given up.
/// </summary>
public sealed class DeliverEvents(EventReader reader, EventStore store, SendWebhook send, IMessageBus bus, DeliveryRules rules)
{
    // A message is done within the time that the host gives a function.
    private const int MostAtOnce = 20;

    public async Task Handle(string body, CancellationToken cancellation)
    {
        EventOrder order = JsonSerializer.Deserialize<EventOrder>(body, Wire.Json) ?? throw new InvalidDataException("an empty order");
        if (rules.Endpoint(order.Endpoint) is not { } endpoint)
        {
            return;
        }
        int tries = 0;
        while (await reader.Due(endpoint, order, rules.Now, cancellation) is var (item, cursor, etag))
        {
            if (tries++ == MostAtOnce)
            {
                await bus.Send(new EventOrder(order.Endpoint, order.Model).ToMessage(), cancellation);
                return;
            }
            WebhookAnswer answer = await send.Handle(endpoint, item.Event, cancellation);
            switch (rules.Decide(answer, cursor.Failures))
            {
                case DeliveryDecision.Retry retry:
                    await Wait(order, cursor, etag, retry, cancellation);
                    return;
                case DeliveryDecision.GiveUp(var trouble):
                    await store.Bury(endpoint.Name, new DeadEvent(item.Event, trouble, cursor.Failures + 1, rules.Now), cancellation);
                    break;
            }
            await store.Save(order.Endpoint, order.Model, item.Past, etag, cancellation);
            order = order with { Tick = null };
        }
    }

    private async Task Wait(EventOrder order, EventCursor cursor, string? etag, DeliveryDecision.Retry retry, CancellationToken cancellation)
    {
        EventCursor waiting = cursor with
        {
            Failures = cursor.Failures + 1, Tick = cursor.Tick + 1, NextTryAt = rules.Now + retry.After, Trouble = retry.Trouble,
        };
        if (await store.Save(order.Endpoint, order.Model, waiting, etag, cancellation))
        {
            await bus.Send((order with { Tick = waiting.Tick }).ToMessage(waiting.NextTryAt), cancellation);
        }
    }
}

/// <summary>Finds what an endpoint is to be told next.</summary>
public sealed class EventReader(ModelRegistry registry, AuditLog audit, EventStore store)
{
    /// <summary>The next event with the cursor that it is read by; null when there is none, when its time has not come, or when the order is stale.</summary>
    public async Task<(FeedItem Item, EventCursor Cursor, string? ETag)?> Due(
        WebhookEndpoint endpoint, EventOrder order, DateTimeOffset now, CancellationToken cancellation)
    {
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
            happened => happened.At >= since && endpoint.Events.Any(pattern => EventTypes.Names(pattern, happened.Type)));
        return next is null ? null : (next, cursor, stored?.ETag);
    }

    /// <summary>The models that there may be events of.</summary>
    public async Task<IReadOnlyCollection<string>> Models(CancellationToken cancellation) =>
        [.. (await registry.Models(cancellation)).Concat((await audit.Read(0, cancellation)).Select(entry => entry.Model).OfType<string>()).Distinct()];
}

/// <summary>The settings, the clock and the chance that deliveries go by.</summary>
public sealed class DeliveryRules(ControlPlaneOptions options, Random random, TimeProvider clock)
{
    private readonly Lock turn = new();

    public DateTimeOffset Now => clock.GetUtcNow();

    public IReadOnlyList<WebhookEndpoint> Endpoints => options.Webhooks;

    public WebhookEndpoint? Endpoint(string name) => options.Webhooks.FirstOrDefault(endpoint => endpoint.Name == name);

    public DeliveryDecision Decide(WebhookAnswer answer, int failures)
    {
        // A seeded Random is not safe for several threads.
        lock (turn)
        {
            return Delivery.Decide(answer, failures, options.WebhookAttempts, random.NextDouble());
        }
    }
}
