using LlmOps.Events;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>It is time to look for events that nobody outside was told of.</summary>
public sealed class TimerEvents(WakeEvents events)
{
    [Function(nameof(TimerEvents))]
    public Task Run([TimerTrigger("%AdvanceSchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        events.Handle(cancellation);
}
