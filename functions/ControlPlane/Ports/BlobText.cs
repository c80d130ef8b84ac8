using System.Text;
using System.Text.Json;

namespace LlmOps.Ports;

/// <summary>Whole small blobs as bytes, text and JSON, over the port's streams.</summary>
public static class BlobText
{
    /// <summary>Reads a whole blob of at most <paramref name="maxBytes"/> bytes; throws <see cref="InvalidDataException"/> beyond.</summary>
    public static async Task<(byte[] Bytes, string ETag)?> ReadBytes(
        this IBlobs blobs, string container, string name, CancellationToken cancellation, long maxBytes = 64L << 20)
    {
        await using BlobContent? content = await blobs.OpenRead(container, name, cancellation);
        if (content is null)
        {
            return null;
        }
        if (content.Length > maxBytes)
        {
            throw new InvalidDataException($"{container}/{name} is {content.Length} bytes; at most {maxBytes} are read at once");
        }
        using MemoryStream buffer = new();
        await content.Stream.CopyToAsync(buffer, cancellation);
        return (buffer.ToArray(), content.ETag);
    }

    /// <summary>Reads a JSON blob with its ETag, or null when there is none.</summary>
    public static async Task<(T Value, string ETag)?> ReadJson<T>(this IBlobs blobs, string container, string name, CancellationToken cancellation)
    {
        if (await blobs.ReadBytes(container, name, cancellation) is not var (bytes, etag))
        {
            return null;
        }
        T value = JsonSerializer.Deserialize<T>(bytes, Wire.Json) ?? throw new InvalidDataException($"{container}/{name} holds null");
        return (value, etag);
    }

    /// <summary>Writes text under a condition.</summary>
    public static async Task<PutResult> PutText(
        this IBlobs blobs, string container, string name, string text, PutCondition condition, CancellationToken cancellation)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text));
        return await blobs.Put(container, name, stream, condition, cancellation);
    }

    /// <summary>Writes a value as JSON under a condition.</summary>
    public static Task<PutResult> PutJson<T>(
        this IBlobs blobs, string container, string name, T value, PutCondition condition, CancellationToken cancellation) =>
        blobs.PutText(container, name, JsonSerializer.Serialize(value, Wire.Json), condition, cancellation);
}
