using System.Text.Json;
using LlmOps.Ports;

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
            Failures = cursor.Failures + 1,
            Tick = cursor.Tick + 1,
            NextTryAt = rules.Now + retry.After,
            Trouble = retry.Trouble,
        };
        if (await store.Save(order.Endpoint, order.Model, waiting, etag, cancellation))
        {
            await bus.Send((order with { Tick = waiting.Tick }).ToMessage(waiting.NextTryAt), cancellation);
        }
    }
}
