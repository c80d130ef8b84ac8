namespace LlmOps.Ports;

/// <summary>Containers of blobs with ETags. Names are `/`-separated paths; nothing is ever overwritten unconditionally.</summary>
public interface IBlobs
{
    /// <summary>Opens a blob for reading, or returns null when there is none. The caller disposes the content.</summary>
    Task<BlobContent?> OpenRead(string container, string name, CancellationToken cancellation);

    /// <summary>Writes a whole blob atomically under a condition; readers see the old content or the new, never a part.</summary>
    Task<PutResult> Put(string container, string name, Stream content, PutCondition condition, CancellationToken cancellation);

    /// <summary>Lists blobs whose name starts with <paramref name="prefix"/>, in ordinal order of their names.</summary>
    IAsyncEnumerable<BlobItem> List(string container, string prefix, CancellationToken cancellation);

    /// <summary>
    /// Appends to a blob if it is <paramref name="expectedLength"/> bytes long (0: absent or empty, and it is created).
    /// A batch is appended whole or not at all.
    /// </summary>
    Task<AppendResult> Append(string container, string name, ReadOnlyMemory<byte> bytes, long expectedLength, CancellationToken cancellation);
}

/// <summary>An open blob: its bytes, its ETag and its length in bytes.</summary>
public sealed record BlobContent(Stream Stream, string ETag, long Length) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}

/// <summary>A listed blob: its name within the container, its ETag, its length in bytes and when it was last written.</summary>
public sealed record BlobItem(string Name, string ETag, long Length, DateTimeOffset LastModified);

/// <summary>When a put may take place: only if the blob is absent, or only if it still has an ETag.</summary>
public sealed record PutCondition
{
    private PutCondition(string? ifMatch) => IfMatch = ifMatch;

    /// <summary>The ETag that the blob must have, or null when it must be absent.</summary>
    public string? IfMatch { get; }

    public static PutCondition IfAbsent { get; } = new((string?)null);

    public static PutCondition IfUnchanged(string etag) => new(etag);
}

/// <summary>What became of a put: the new ETag, or null when the condition did not hold and nothing was written.</summary>
public readonly record struct PutResult(string? ETag)
{
    public bool Written => ETag is not null;
}

/// <summary>What became of an append: whether it was written, and the blob's length in bytes now.</summary>
public readonly record struct AppendResult(bool Written, long Length);
