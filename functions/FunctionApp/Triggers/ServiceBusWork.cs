using LlmOps.Inbox;
using LlmOps.Ports;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A message waits: a release wants to be moved on.</summary>
public sealed class ServiceBusWork(HandleWork work)
{
    [Function(nameof(ServiceBusWork))]
    public Task Run(
        [ServiceBusTrigger(Queues.Work, Connection = "ServiceBus", IsSessionsEnabled = true)] string body, CancellationToken cancellation) =>
        work.Handle(body, cancellation);
}
