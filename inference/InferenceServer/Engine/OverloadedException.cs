namespace LlmOps.Inference.Engine;

/// <summary>A request that has waited for as long as it may without being worked on.</summary>
internal sealed class OverloadedException(TimeSpan waited, TimeSpan retryAfter)
    : Exception($"no room within {waited.TotalSeconds:F0} s")
{
    /// <summary>When it may be worth trying again.</summary>
    public TimeSpan RetryAfter => retryAfter;
}
