namespace LlmOps.Reviews.Api;

/// <summary>When an integration may send its next request: what GitHub last said, and the turn of those that write.</summary>
public sealed class RequestPace(TimeProvider clock, PaceLimits? limits = null) : IDisposable
{
    /// <summary>After a refusal that does not say how long; doubled with each further one.</summary>
    public static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(60);

    private const int MostDoublings = 6;
    private readonly PaceLimits limits = limits ?? new();
    private readonly SemaphoreSlim writers = new(1, 1);
    private readonly Lock state = new();
    private readonly Dictionary<string, (long Left, DateTimeOffset Reset)> budgets = [];
    private DateTimeOffset restUntil;
    private DateTimeOffset nextWrite;
    private int refusals;

    /// <summary>
    /// Waits until the last limit that was heard of is over, and the budget has something left for such a request; another
    /// request may move that on meanwhile. Throws <see cref="GitHubLimitedException"/> when it would take too long.
    /// </summary>
    public async Task AwaitLimit(string budget, bool urgent, CancellationToken cancellation)
    {
        while (Until(budget, urgent) is var until && until - clock.GetUtcNow() is { Ticks: > 0 } left)
        {
            if (limits.Patience != Timeout.InfiniteTimeSpan && left > limits.Patience)
            {
                throw new GitHubLimitedException(until);
            }
            await Task.Delay(left, clock, cancellation);
        }
    }

    /// <summary>Waits for the turn to write; the next one begins a while after this one is given back.</summary>
    public async Task<IDisposable> TakeTurn(string budget, CancellationToken cancellation)
    {
        await writers.WaitAsync(cancellation);
        try
        {
            while (LeftToWrite() is { Ticks: > 0 } left)
            {
                await Task.Delay(left, clock, cancellation);
            }
            await AwaitLimit(budget, urgent: false, cancellation);
            return new Turn(this);
        }
        catch
        {
            writers.Release();
            throw;
        }
    }

    /// <summary>Nobody sends anything before a time.</summary>
    public void RestUntil(DateTimeOffset time)
    {
        lock (state)
        {
            restUntil = time > restUntil ? time : restUntil;
        }
    }

    /// <summary>What is left of a budget until it is filled again. Each kind of request has one of its own.</summary>
    public void Heard(string budget, long left, DateTimeOffset reset)
    {
        lock (state)
        {
            budgets[budget] = (left, reset);
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
            nextWrite = clock.GetUtcNow() + limits.BetweenWrites;
        }
        writers.Release();
    }

    private TimeSpan LeftToWrite()
    {
        lock (state)
        {
            return nextWrite - clock.GetUtcNow();
        }
    }

    private DateTimeOffset Until(string budget, bool urgent)
    {
        lock (state)
        {
            bool spent = budgets.TryGetValue(budget, out (long Left, DateTimeOffset Reset) known) && known.Left <= (urgent ? 0 : limits.Reserve);
            return spent && known.Reset > restUntil ? known.Reset : restUntil;
        }
    }

    private sealed class Turn(RequestPace pace) : IDisposable
    {
        public void Dispose() => pace.EndTurn();
    }
}
