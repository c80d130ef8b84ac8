using LlmOps.LocalHost.Adapters;

namespace LlmOps.LocalHost.Functions.Queues;

/// <summary>Keeps a message's lock while it is handled, and cancels the handling when the lock is lost or cannot be renewed.</summary>
internal sealed class LockRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource _held;
    private readonly CancellationTokenSource _handled = new();
    private readonly Task _renewing;

    public LockRenewal(IQueueReader reader, Delivery delivery, TimeSpan interval, TimeProvider clock, CancellationToken cancellation)
    {
        _held = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _renewing = Renew(reader, delivery, new PeriodicTimer(interval, clock));
    }

    /// <summary>Cancelled when the lock is no longer held.</summary>
    public CancellationToken Held => _held.Token;

    public async ValueTask DisposeAsync()
    {
        await _handled.CancelAsync();
        await _renewing;
        _handled.Dispose();
        _held.Dispose();
    }

    private async Task Renew(IQueueReader reader, Delivery delivery, PeriodicTimer timer)
    {
        using PeriodicTimer ticking = timer;
        try
        {
            do
            {
                await ticking.WaitForNextTickAsync(_handled.Token);
            }
            while (await reader.Renew(delivery, _handled.Token));
        }
        catch (OperationCanceledException) when (_handled.IsCancellationRequested)
        {
            // The message was handled: nothing is left to renew.
        }
        finally
        {
            if (!_handled.IsCancellationRequested)
            {
                await _held.CancelAsync();
            }
        }
    }
}
