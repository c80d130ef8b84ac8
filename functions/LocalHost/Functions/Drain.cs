namespace LlmOps.LocalHost.Functions;

/// <summary>The second of two stop signals: after the first nothing new is taken, and a grace period later what is in hand is cancelled.</summary>
internal sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _inHand;
    private readonly CancellationTokenRegistration _stopping;

    public Drain(TimeSpan grace, TimeProvider clock, CancellationToken stopping)
    {
        _inHand = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        _stopping = stopping.Register(() => _inHand.CancelAfter(grace));
    }

    /// <summary>Cancelled when what is in hand has to end.</summary>
    public CancellationToken InHand => _inHand.Token;

    public void Dispose()
    {
        _stopping.Dispose();
        _inHand.Dispose();
    }
}
