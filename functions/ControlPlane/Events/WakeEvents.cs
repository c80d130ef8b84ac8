using LlmOps.Ports;

namespace LlmOps.Events;

/// <summary>Sees to it that what is to be told gets told: at once after a change, and again where that was lost.</summary>
public sealed class WakeEvents(EventReader reader, EventStore store, IMessageBus bus, DeliveryRules rules)
{
    /// <summary>Has all endpoints told of a model. A hint: where it is lost, the timer finds what is due.</summary>
    public async Task Of(string model, CancellationToken cancellation)
    {
        foreach (WebhookEndpoint endpoint in rules.Endpoints)
        {
            await bus.Send(new EventOrder(endpoint.Name, model).ToMessage(), cancellation);
        }
    }

    /// <summary>Looks for events that are due and wakes those alone. An endpoint listens from the first such look on.</summary>
    public async Task Handle(CancellationToken cancellation)
    {
        if (rules.Endpoints.Count == 0)
        {
            return;
        }
        foreach (WebhookEndpoint endpoint in rules.Endpoints)
        {
            await store.Since(endpoint.Name, rules.Now, cancellation);
        }
        IReadOnlyCollection<string> models = await reader.Models(cancellation);
        foreach (EventOrder order in rules.Endpoints.SelectMany(endpoint => models.Select(model => new EventOrder(endpoint.Name, model))))
        {
            if (await reader.Due(rules.Endpoint(order.Endpoint)!, order, rules.Now, cancellation) is not null)
            {
                await bus.Send(order.ToMessage(), cancellation);
            }
        }
    }
}
