namespace LlmOps.LocalHost.Functions;

/// <summary>The second of two stop signals: after the first nothing new is taken, and a grace period later what is in hand is cancelled.</summary>
internal sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource inHand;
    private readonly CancellationTokenRegistration stopping;

    public Drain(TimeSpan grace, TimeProvider clock, CancellationToken stopping)
    {
        inHand = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        this.stopping = stopping.Register(() => inHand.CancelAfter(grace));
    }

    /// <summary>Cancelled when what is in hand has to end.</summary>
    public CancellationToken InHand => inHand.Token;

    public void Dispose()
    {
        stopping.Dispose();
        inHand.Dispose();
    }
}
