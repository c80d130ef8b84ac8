using LlmOps.LocalHost.Adapters;

namespace LlmOps.LocalHost.Functions.Queues;

/// <summary>Feeds one queue to its function, several ordering keys at once; the queue itself keeps each key in order.</summary>
internal sealed partial class QueuePump(
    EmbeddedFunction function,
    string queue,
    IQueueReader reader,
    MessageTry tries,
    EmbeddedHostOptions options,
    TimeProvider clock,
    ILogger<QueuePump> logger) : BackgroundService
{
    // Bounds how late a message that was sent for later is seen; what is sent for now ends the wait.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim turn = new(1);

    public override void Dispose()
    {
        base.Dispose();
        turn.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using Drain drain = new(options.Grace, clock, stoppingToken);
        await Task.WhenAll(Enumerable.Range(0, options.ConcurrencyPerQueue).Select(_ => Pump(stoppingToken, drain.InHand)));
    }

    private async Task Pump(CancellationToken stopping, CancellationToken inHand)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Next(stopping, inHand);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                Log.Faulted(logger, queue, exception);
                await Task.Delay(PauseAfterFault, clock, stopping);
            }
        }
    }

    private async Task Next(CancellationToken stopping, CancellationToken inHand)
    {
        if (await Take(stopping) is { } delivery)
        {
            await tries.Run(function, delivery, logger, inHand);
        }
    }

    // One at a time: a message taken sends the next in turn to look at once, and an idle queue is looked at by one alone.
    private async Task<Delivery?> Take(CancellationToken stopping)
    {
        await turn.WaitAsync(stopping);
        try
        {
            if (await reader.Receive(queue, stopping) is { } delivery)
            {
                return delivery;
            }
            await reader.WaitForMessages(queue, LongestWait, stopping);
            return null;
        }
        finally
        {
            turn.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Queue {Queue} could not be read")]
        public static partial void Faulted(ILogger logger, string queue, Exception exception);
    }
}
