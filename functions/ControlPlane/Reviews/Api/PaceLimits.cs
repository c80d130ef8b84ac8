namespace LlmOps.Reviews.Api;

/// <summary>How an integration uses what GitHub lets it do.</summary>
public sealed record PaceLimits
{
    /// <summary>Between two writes; GitHub asks for at least a second.</summary>
    public TimeSpan BetweenWrites { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many requests of an hour's budget are left to rollbacks.</summary>
    public int Reserve { get; init; }

    /// <summary>The longest wait for a limit; a longer one becomes an error at once, so that whoever asked can come again.</summary>
    public TimeSpan Patience { get; init; } = Timeout.InfiniteTimeSpan;
}
