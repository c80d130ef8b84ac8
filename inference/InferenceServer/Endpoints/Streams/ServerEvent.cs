namespace LlmOps.Inference.Endpoints.Streams;

/// <summary>A server-sent event as it is written: bytes, perhaps a text that becomes a JSON string on the way, and bytes again.</summary>
internal readonly record struct ServerEvent(ReadOnlyMemory<byte> Before, string? Text, ReadOnlyMemory<byte> After)
{
    /// <summary>What an event begins with.</summary>
    public static ReadOnlySpan<byte> Beginning => "data: "u8;

    /// <summary>What an event ends with.</summary>
    public static ReadOnlySpan<byte> End => "\n\n"u8;

    /// <summary>An event that is known as a whole.</summary>
    public static ServerEvent Of(ReadOnlySpan<byte> content) => new((byte[])[.. Beginning, .. content, .. End], null, default);
}
