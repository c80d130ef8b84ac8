using LlmOps.Ports;
using LlmOps.Rollbacks;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>A rollback waits: on a queue of its own, never behind an evaluation.</summary>
public sealed class ServiceBusRollback(HandleRollback rollback)
{
    [Function(nameof(ServiceBusRollback))]
    public Task Run(
        [ServiceBusTrigger(Queues.Rollback, Connection = "ServiceBus", IsSessionsEnabled = true)] string body, CancellationToken cancellation) =>
        rollback.Handle(body, cancellation);
}
