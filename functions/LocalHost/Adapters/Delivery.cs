namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// A message handed out to be handled. Attempts count from 1. The receipt settles it, and is void once the visibility
/// timeout has passed.
/// </summary>
public sealed record Delivery(string Queue, string Id, string OrderingKey, string Body, int Attempt, string Receipt);
