using LlmOps.Inbox;
using LlmOps.Releases;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>It is time to look for uploads and for webhooks whose event was lost.</summary>
public sealed class TimerSweep(SweepUploads uploads, RedeliverHooks hooks)
{
    [Function(nameof(TimerSweep))]
    public async Task Run([TimerTrigger("%SweepSchedule%")] TimerInfo timer, CancellationToken cancellation)
    {
        await uploads.Handle(cancellation);
        await hooks.Handle(cancellation);
    }
}
