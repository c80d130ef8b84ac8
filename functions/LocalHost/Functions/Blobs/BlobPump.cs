using LlmOps.Ports;

namespace LlmOps.LocalHost.Functions.Blobs;

/// <summary>Lists the container of a blob trigger and hands each new blob to its function, at least once.</summary>
internal sealed partial class BlobPump(
    EmbeddedFunction function, BlobPath path, IBlobs blobs, BlobTurns turns, EmbeddedHostOptions options, TimeProvider clock, ILogger<BlobPump> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using Drain drain = new(options.Grace, clock, stoppingToken);
        using PeriodicTimer timer = new(options.BlobPoll, clock);
        BlobReceipts receipts = await BlobReceipts.Load(blobs, function.Name, stoppingToken);
        do
        {
            try
            {
                await Poll(receipts, stoppingToken, drain.InHand);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Faulted(logger, path.Container, exception);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task Poll(BlobReceipts receipts, CancellationToken stopping, CancellationToken inHand)
    {
        await foreach (BlobItem blob in blobs.List(path.Container, path.Prefix, stopping))
        {
            if (path.Match(blob.Name) is { } values && !receipts.Has(blob))
            {
                await turns.Take(new BlobArrival(function, path.Container, blob, values), receipts, inHand);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Container {Container} could not be looked through")]
        public static partial void Faulted(ILogger logger, string container, Exception exception);
    }
}
