using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Cluster.Reconciling;

/// <summary>How fast a reconciler goes, and in which order: not faster or tidier than a cluster's.</summary>
internal sealed class Pace(ClusterSettings settings, Chance chance, TimeProvider clock)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    public void Shuffle<T>(T[] objects) => chance.Shuffle(objects);

    public Task BeforeObject(CancellationToken cancellation) => Task.Delay(chance.UpTo(settings.ObjectDelay), clock, cancellation);

    public Task BeforeRetry(CancellationToken cancellation) => Task.Delay(RetryDelay, clock, cancellation);

    /// <summary>Waits until the interval has passed, or until asked.</summary>
    public async Task BeforeLook(Signal asked, CancellationToken cancellation)
    {
        using CancellationTokenSource interval = new(settings.PollInterval, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, interval.Token);
        await asked.Wait(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
