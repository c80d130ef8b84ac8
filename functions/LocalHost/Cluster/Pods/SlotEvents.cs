using LlmOps.Ports;

namespace LlmOps.LocalHost.Cluster.Pods;

/// <summary>What happened to one slot's workload, the newest hundred.</summary>
internal sealed partial class SlotEvents(string model, string slot, TimeProvider clock, ILogger logger)
{
    private const int Kept = 100;

    private readonly Lock gate = new();
    private readonly LinkedList<ClusterEvent> events = [];

    public void Add(string reason, string message)
    {
        Log.Event(logger, model, slot, reason, message);
        lock (gate)
        {
            events.AddFirst(new ClusterEvent(clock.GetUtcNow(), reason, message));
            if (events.Count > Kept)
            {
                events.RemoveLast();
            }
        }
    }

    public IReadOnlyList<ClusterEvent> NewestFirst()
    {
        lock (gate)
        {
            return [.. events];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Model}/{Slot} {Reason}: {Message}")]
        public static partial void Event(ILogger logger, string model, string slot, string reason, string message);
    }
}
