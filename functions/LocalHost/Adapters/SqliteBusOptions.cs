namespace LlmOps.LocalHost.Adapters;

/// <summary>How patient the queue is with those who handle its messages.</summary>
public sealed record SqliteBusOptions
{
    /// <summary>How long a delivery stays locked unless it is renewed.</summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Deliveries after which a message is a dead letter.</summary>
    public int MaxDeliveries { get; init; } = 10;
}
