using LlmOps.Events;
using LlmOps.Ports;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A message waits: somebody outside is to be told of events.</summary>
public sealed class ServiceBusEvents(DeliverEvents events)
{
    [Function(nameof(ServiceBusEvents))]
    public Task Run(
        [ServiceBusTrigger(Queues.Events, Connection = "ServiceBus", IsSessionsEnabled = true)] string body, CancellationToken cancellation) =>
        events.Handle(body, cancellation);
}
