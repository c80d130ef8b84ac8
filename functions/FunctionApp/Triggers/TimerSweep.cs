using LlmOps.Inbox;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>It is time to look for uploads, proposals, webhooks and messages whose event was lost.</summary>
public sealed class TimerSweep(SweepAll sweep)
{
    [Function(nameof(TimerSweep))]
    public Task Run([TimerTrigger("%SweepSchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        sweep.Handle(cancellation);
}
