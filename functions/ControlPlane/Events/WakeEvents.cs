using LlmOps.Ports;

namespace LlmOps.Events;

/// <summary>Looks, every other second, whether there is anything to tell: what was changed need not know of events.</summary>
public sealed class WakeEvents(EventReader reader, EventStore store, IMessageBus bus, DeliveryRules rules)
{
    /// <summary>Sends for what is due, and for nothing else. An endpoint listens from the first such look on.</summary>
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
