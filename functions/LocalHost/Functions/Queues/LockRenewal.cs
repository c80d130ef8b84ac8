using LlmOps.LocalHost.Adapters;

namespace LlmOps.LocalHost.Functions.Queues;

/// <summary>Keeps a message's lock while it is handled, and cancels the handling when the lock is lost or cannot be renewed.</summary>
internal sealed class LockRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource held;
    private readonly CancellationTokenSource handled = new();
    private readonly Task renewing;

    public LockRenewal(IQueueReader reader, Delivery delivery, TimeSpan interval, TimeProvider clock, CancellationToken cancellation)
    {
        held = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        renewing = Renew(reader, delivery, new PeriodicTimer(interval, clock));
    }

    /// <summary>Cancelled when the lock is no longer held.</summary>
    public CancellationToken Held => held.Token;

    public async ValueTask DisposeAsync()
    {
        await handled.CancelAsync();
        await renewing;
        handled.Dispose();
        held.Dispose();
    }

    private async Task Renew(IQueueReader reader, Delivery delivery, PeriodicTimer timer)
    {
        using PeriodicTimer ticking = timer;
        try
        {
            do
            {
                await ticking.WaitForNextTickAsync(handled.Token);
            }
            while (await reader.Renew(delivery, handled.Token));
        }
        catch (OperationCanceledException) when (handled.IsCancellationRequested)
        {
            // The message was handled: nothing is left to renew.
        }
        finally
        {
            if (!handled.IsCancellationRequested)
            {
                await held.CancelAsync();
            }
        }
    }
}
