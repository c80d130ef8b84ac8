using LlmOps.Ports;

namespace LlmOps.LocalHost.Functions.Blobs;

/// <summary>One try at a blob; the last that fails leaves a poison message.</summary>
internal sealed partial class BlobTry(IBlobs blobs, IMessageBus bus, IServiceScopeFactory scopes, ILogger<BlobTry> logger)
{
    // The Functions host's default for poisonBlobThreshold, and what host.json says.
    private const int MostTries = 5;

    /// <summary>Returns whether the blob is done with: handled, gone or poisoned; if not, it wants another try later.</summary>
    public async Task<bool> Run(BlobArrival arrival, int attempt, CancellationToken cancellation)
    {
        try
        {
            await Handle(arrival, cancellation);
            return true;
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            Log.TryFailed(logger, arrival.Function.Name, arrival.Blob.Name, attempt, exception);
        }
        if (attempt < MostTries)
        {
            return false;
        }
        await bus.Send(PoisonBlob.Message(arrival), cancellation);
        Log.Poisoned(logger, arrival.Blob.Name, PoisonBlob.Queue);
        return true;
    }

    private async Task Handle(BlobArrival arrival, CancellationToken cancellation)
    {
        await using BlobContent? content = await blobs.OpenRead(arrival.Container, arrival.Blob.Name, cancellation);
        if (content is null)
        {
            return;
        }
        using StreamReader reader = new(content.Stream, leaveOpen: true);
        object input = arrival.Function.Input.ParameterType == typeof(Stream) ? content.Stream : await reader.ReadToEndAsync(cancellation);
        await arrival.Function.Run(scopes, input, arrival.Values, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Function} failed on blob {Blob}, try {Attempt}")]
        public static partial void TryFailed(ILogger logger, string function, string blob, int attempt, Exception exception);

        [LoggerMessage(2, LogLevel.Error, "Blob {Blob} is given up; {Queue} says so")]
        public static partial void Poisoned(ILogger logger, string blob, string queue);
    }
}
