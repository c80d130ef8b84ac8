using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Ports;

/// <summary>
/// How a message is written for a broker with sessions. What it is called and what orders it stand in properties of their
/// own: a broker's ids are short, and one that is told our id might take a redelivery for a duplicate.
/// </summary>
public sealed record BrokerMessage(string Session, string Id, string OrderingKey, string Body, DateTimeOffset? NotBefore = null)
{
    /// <summary>The property that holds the message's id.</summary>
    public const string IdProperty = "llmops-id";

    /// <summary>The property that holds its ordering key.</summary>
    public const string KeyProperty = "llmops-key";

    // Service Bus' limit, in characters.
    private const int LongestSession = 128;
    private const int KeptOfKey = 60;

    /// <summary>The message as it is sent; throws <see cref="ArgumentException"/> when no broker takes it.</summary>
    public static BrokerMessage Of(OutgoingMessage message)
    {
        MessageRules.Check(message);
        return new BrokerMessage(SessionOf(message.OrderingKey), message.Id, message.OrderingKey, message.Body, message.NotBefore);
    }

    /// <summary>A dead message as it is sent again: at once, and to the session that it had.</summary>
    public static BrokerMessage Of(DeadLetter letter) => new(SessionOf(letter.OrderingKey), letter.Id, letter.OrderingKey, letter.Body);

    /// <summary>What the broker keeps of a message that failed too often. One that somebody else has put there has no properties of ours.</summary>
    public static DeadLetter Dead(string queue, DeadMessage message) => new(
        queue,
        Text(message.Properties, IdProperty) ?? $"sequence-{message.Sequence}",
        Text(message.Properties, KeyProperty) ?? message.Session ?? "",
        message.Body,
        message.Deliveries,
        string.Join(": ", ((string?[])[message.Reason, message.Description]).Where(text => !string.IsNullOrEmpty(text))),
        message.At);

    /// <summary>One session a key: the key itself where it is short enough, else its beginning and its digest.</summary>
    private static string SessionOf(string key) => key.Length <= LongestSession
        ? key
        : $"{key[..KeptOfKey]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";

    private static string? Text(IReadOnlyDictionary<string, object> properties, string name) =>
        properties.TryGetValue(name, out object? value) ? value as string : null;
}

/// <summary>A dead message as a broker shows it.</summary>
public sealed record DeadMessage(long Sequence, string? Session, string Body, int Deliveries, DateTimeOffset At)
{
    public string? Reason { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, object> Properties { get; init; } = new Dictionary<string, object>();
}
