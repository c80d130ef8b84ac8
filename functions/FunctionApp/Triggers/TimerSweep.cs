using LlmOps.Releases;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>It is time to look for uploads whose event was lost.</summary>
public sealed class TimerSweep(SweepUploads uploads)
{
    [Function(nameof(TimerSweep))]
    public Task Run([TimerTrigger("%SweepSchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        uploads.Handle(cancellation);
}
