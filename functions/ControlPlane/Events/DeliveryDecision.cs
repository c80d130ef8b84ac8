namespace LlmOps.Events;

/// <summary>What follows from an endpoint's answer.</summary>
public abstract record DeliveryDecision
{
    private DeliveryDecision()
    {
    }

    /// <summary>It has the event.</summary>
    public sealed record Delivered : DeliveryDecision;

    /// <summary>It is asked again after a while.</summary>
    public sealed record Retry(TimeSpan After, string Trouble) : DeliveryDecision;

    /// <summary>It does not take the event: a dead letter.</summary>
    public sealed record GiveUp(string Trouble) : DeliveryDecision;
}

/// <summary>Decides, purely, whether an event is tried again and when.</summary>
public static class Delivery
{
    /// <summary>The pause after the first failure; each further one is four times as long.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(5);

    /// <summary>No pause is longer, whatever an endpoint asks for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private const double Growth = 4;

    /// <summary>Decides on an answer after <paramref name="failures"/> earlier failures; <paramref name="chance"/> from 0 to 1 spreads retries.</summary>
    public static DeliveryDecision Decide(WebhookAnswer answer, int failures, int attempts, double chance)
    {
        string trouble = answer.Trouble ?? $"it answered {answer.Status}";
        return answer switch
        {
            { Status: >= 200 and < 300 } => new DeliveryDecision.Delivered(),
            _ when !IsPassing(answer) => new DeliveryDecision.GiveUp(trouble),
            _ when failures + 1 >= attempts => new DeliveryDecision.GiveUp($"{trouble}, {failures + 1} times"),
            _ => new DeliveryDecision.Retry(Pause(answer.RetryAfter, failures, chance), trouble),
        };
    }

    // What a receiver refuses, it will refuse again; what is busy, broken or silent may recover.
    private static bool IsPassing(WebhookAnswer answer) => !answer.Forbidden && answer.Status is null or 408 or 425 or 429 or >= 500;

    // Half is certain and half is chance: many that failed at once do not come back at once.
    private static TimeSpan Pause(TimeSpan? asked, int failures, double chance)
    {
        double seconds = Math.Min(First.TotalSeconds * Math.Pow(Growth, failures), Longest.TotalSeconds) * (1 + chance) / 2;
        TimeSpan own = TimeSpan.FromSeconds(seconds);
        return asked is { } wish && wish > own ? TimeSpan.FromTicks(Math.Min(wish.Ticks, Longest.Ticks)) : own;
    }
}
