using LlmOps.LocalHost.Adapters;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Functions.Queues;

/// <summary>One try at a message: completed when the function succeeds, given back with a growing pause when it fails.</summary>
internal sealed partial class MessageTry(
    IQueueReader reader, IServiceScopeFactory scopes, Backoff backoff, EmbeddedHostOptions options, TimeProvider clock)
{
    public async Task Run(EmbeddedFunction function, Delivery delivery, ILogger logger, CancellationToken cancellation)
    {
        try
        {
            await using (LockRenewal renewal = new(reader, delivery, options.LockRenewal, clock, cancellation))
            {
                await function.Run(scopes, delivery.Body, values: null, renewal.Held);
            }
            if (!await reader.Complete(delivery, CancellationToken.None))
            {
                Log.LockLost(logger, function.Name, delivery.Id);
            }
        }
        catch (Exception exception)
        {
            Log.TryFailed(logger, function.Name, delivery.Id, delivery.Attempt, exception);
            string error = $"{exception.GetType().Name}: {exception.Message}";
            await reader.Abandon(delivery, error, backoff.After(delivery.Attempt), CancellationToken.None);
        }
    }

    // The body stays out of the log: it may quote what users sent.
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Function} failed on message {Id}, try {Attempt}")]
        public static partial void TryFailed(ILogger logger, string function, string id, int attempt, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "{Function} handled message {Id} but had lost its lock: the message may come again")]
        public static partial void LockLost(ILogger logger, string function, string id);
    }
}
