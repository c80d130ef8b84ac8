namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// A message handed out to be handled: the how manieth attempt it is (from 1), and the receipt that settles it, which is
/// void once the message's time is up or it was handed out again.
/// </summary>
public sealed record Delivery(string Queue, string Id, string OrderingKey, string Body, int Attempt, string Receipt);
