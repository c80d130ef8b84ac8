using System.Runtime.CompilerServices;
using LlmOps.Ports;

namespace LlmOps.Tests.LocalHost.Functions;

/// <summary>Blobs in memory, with what the host's pumps need of the port.</summary>
internal sealed class MemoryBlobs : IBlobs
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (byte[] Bytes, string ETag)> _blobs = new(StringComparer.Ordinal);
    private int _version;

    /// <summary>Whether writing receipts fails, as if the process had died before.</summary>
    public bool LosesReceipts { get; set; }

    public async Task<PutResult> Upload(string container, string name, string text)
    {
        string? etag = (await OpenRead(container, name, default))?.ETag;
        return await this.PutText(container, name, text, etag is null ? PutCondition.IfAbsent : PutCondition.IfUnchanged(etag), default);
    }

    public Task<BlobContent?> OpenRead(string container, string name, CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult(_blobs.TryGetValue($"{container}/{name}", out var blob)
                ? new BlobContent(new MemoryStream(blob.Bytes), blob.ETag, blob.Bytes.Length)
                : null);
        }
    }

    public async Task<PutResult> Put(string container, string name, Stream content, PutCondition condition, CancellationToken cancellation)
    {
        if (LosesReceipts && container == "host")
        {
            throw new IOException("the disk is gone");
        }
        using MemoryStream copy = new();
        await content.CopyToAsync(copy, cancellation);
        lock (_gate)
        {
            string? etag = _blobs.TryGetValue($"{container}/{name}", out var old) ? old.ETag : null;
            if (etag != condition.IfMatch)
            {
                return default;
            }
            string next = $"v{++_version}";
            _blobs[$"{container}/{name}"] = (copy.ToArray(), next);
            return new PutResult(next);
        }
    }

    public async IAsyncEnumerable<BlobItem> List(string container, string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        BlobItem[] items;
        lock (_gate)
        {
            items =
            [
                .. from blob in _blobs
                   where blob.Key.StartsWith($"{container}/{prefix}", StringComparison.Ordinal)
                   select new BlobItem(blob.Key[(container.Length + 1)..], blob.Value.ETag, blob.Value.Bytes.Length, default),
            ];
        }
        foreach (BlobItem item in items)
        {
            await Task.Yield();
            yield return item;
        }
    }

    public Task<AppendResult> Append(
        string container, string name, ReadOnlyMemory<byte> bytes, long expectedLength, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
