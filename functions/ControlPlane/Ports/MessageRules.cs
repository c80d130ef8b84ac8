using System.Text;

namespace LlmOps.Ports;

/// <summary>What every broker takes: the limits are those of Service Bus' standard tier, with room for its own headers.</summary>
public static class MessageRules
{
    /// <summary>Bytes of a body in UTF-8. What is longer is stored as a blob, and the message names it.</summary>
    public const int MostBody = 192 << 10;

    /// <summary>Throws <see cref="ArgumentException"/> unless a message can be sent.</summary>
    public static void Check(OutgoingMessage message)
    {
        Require(message.Id.Length is > 0 and <= 1024, "a message's id has 1 to 1024 characters");
        Require(message.OrderingKey.Length is > 0 and <= 1024, "a message's ordering key has 1 to 1024 characters");
        int bytes = Encoding.UTF8.GetByteCount(message.Body);
        Require(bytes <= MostBody, $"a message's body has at most {MostBody} bytes, not {bytes}: store it and send its name");
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException(rule);
        }
    }
}
