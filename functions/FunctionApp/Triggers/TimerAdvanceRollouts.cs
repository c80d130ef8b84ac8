using LlmOps.Releases;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>It is time to look at the releases under way.</summary>
public sealed class TimerAdvanceRollouts(WakeReleases releases)
{
    [Function(nameof(TimerAdvanceRollouts))]
    public Task Run([TimerTrigger("%AdvanceSchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        releases.Handle(cancellation);
}
