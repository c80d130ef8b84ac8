using LlmOps.Inbox;
using LlmOps.Releases;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>It is time to look for uploads, proposals and webhooks whose event was lost.</summary>
public sealed class TimerSweep(SweepUploads uploads, ProposeSettings settings, RedeliverHooks hooks)
{
    [Function(nameof(TimerSweep))]
    public async Task Run([TimerTrigger("%SweepSchedule%")] TimerInfo timer, CancellationToken cancellation)
    {
        await uploads.Handle(cancellation);
        await settings.Handle(cancellation);
        await hooks.Handle(cancellation);
    }
}
