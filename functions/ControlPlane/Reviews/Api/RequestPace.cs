namespace LlmOps.Reviews.Api;

/// <summary>When an integration may send its next request: what GitHub last said, and the turn of those that write.</summary>
public sealed class RequestPace(TimeProvider clock) : IDisposable
{
    /// <summary>Between two writes; GitHub asks for at least a second.</summary>
    public static readonly TimeSpan BetweenWrites = TimeSpan.FromSeconds(1);

    /// <summary>After a refusal that does not say how long; doubled with each further one.</summary>
    public static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(60);

    private const int MostDoublings = 6;
    private readonly SemaphoreSlim writers = new(1, 1);
    private readonly Lock state = new();
    private DateTimeOffset restUntil;
    private DateTimeOffset nextWrite;
    private int refusals;

    /// <summary>Waits until the last limit that was heard of is over; another request may move it on meanwhile.</summary>
    public async Task AwaitLimit(CancellationToken cancellation)
    {
        while (Left(() => restUntil) is { Ticks: > 0 } left)
        {
            await Task.Delay(left, clock, cancellation);
        }
    }

    /// <summary>Waits for the turn to write; the next one begins a second after this one is given back.</summary>
    public async Task<IDisposable> TakeTurn(CancellationToken cancellation)
    {
        await writers.WaitAsync(cancellation);
        try
        {
            while (Left(() => nextWrite) is { Ticks: > 0 } left)
            {
                await Task.Delay(left, clock, cancellation);
            }
            await AwaitLimit(cancellation);
            return new Turn(this);
        }
        catch
        {
            writers.Release();
            throw;
        }
    }

    public void RestUntil(DateTimeOffset time)
    {
        lock (state)
        {
            restUntil = time > restUntil ? time : restUntil;
        }
    }

    /// <summary>Rests a minute, and twice as long with each refusal in a row.</summary>
    public void RestLonger()
    {
        lock (state)
        {
            DateTimeOffset time = clock.GetUtcNow() + (LeastRest * Math.Pow(2, Math.Min(refusals++, MostDoublings)));
            restUntil = time > restUntil ? time : restUntil;
        }
    }

    /// <summary>A request passed: the next refusal is a first one again.</summary>
    public void Passed()
    {
        lock (state)
        {
            refusals = 0;
        }
    }

    public void Dispose() => writers.Dispose();

    private void EndTurn()
    {
        lock (state)
        {
            nextWrite = clock.GetUtcNow() + BetweenWrites;
        }
        writers.Release();
    }

    private TimeSpan Left(Func<DateTimeOffset> time)
    {
        lock (state)
        {
            return time() - clock.GetUtcNow();
        }
    }

    private sealed class Turn(RequestPace pace) : IDisposable
    {
        public void Dispose() => pace.EndTurn();
    }
}
