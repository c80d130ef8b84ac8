using LlmOps.Ports;

namespace LlmOps.Events;

/// <summary>An endpoint as it is shown: without its address and secrets.</summary>
public sealed record WebhookView(string Name, string Format, IReadOnlyList<string> Events, IReadOnlyList<WebhookBacklog> Waiting, IReadOnlyList<DeadEvent> Dead);

/// <summary>A model whose events wait because one failed.</summary>
public sealed record WebhookBacklog(string Model, int Failures, DateTimeOffset? NextTryAt, string? Trouble);

/// <summary>Shows who is told of events, what waits and what was given up.</summary>
public sealed class ShowWebhooks(EventReader reader, EventStore store, DeliveryRules rules)
{
    public async Task<IReadOnlyList<WebhookView>> Handle(CancellationToken cancellation)
    {
        List<WebhookView> views = [];
        foreach (WebhookEndpoint endpoint in rules.Endpoints)
        {
            List<WebhookBacklog> waiting = [];
            foreach (string model in await reader.Models(cancellation))
            {
                if (await store.Read(endpoint.Name, model, cancellation) is ({ Failures: > 0 } cursor, _))
                {
                    waiting.Add(new WebhookBacklog(model, cursor.Failures, cursor.NextTryAt, cursor.Trouble));
                }
            }
            views.Add(new WebhookView(endpoint.Name, endpoint.Format, endpoint.Events, waiting, await store.Dead(endpoint.Name, cancellation)));
        }
        return views;
    }
}
