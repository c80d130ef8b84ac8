using LlmOps.Capacity;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.FunctionApp.Triggers;

/// <summary>It is time to bring the GPU pools to what is needed of them.</summary>
public sealed class TimerCapacity(ReconcileCapacity capacity)
{
    [Function(nameof(TimerCapacity))]
    public Task Run([TimerTrigger("%CapacitySchedule%")] TimerInfo timer, CancellationToken cancellation) =>
        capacity.Handle(cancellation);
}
